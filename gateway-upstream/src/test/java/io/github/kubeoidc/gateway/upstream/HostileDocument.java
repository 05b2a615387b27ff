// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Key sets nearly as large as one may be, made to cost as much as they can. Its main program has them fetched and served. */
enum HostileDocument {
    LONG_STRING,
    LONG_STRING_OF_ANOTHER_SCRIPT,
    LONG_NAME,
    LONG_ARRAY,
    LONG_ARRAY_THAT_IS_DEEP,
    EMPTY_ARRAYS,
    EMPTY_OBJECTS,
    MANY_KEYS,
    MANY_NAMES,
    NAMES_WITH_THE_SAME_HASH,
    ESCAPES,
    SPACE;

    private static final int CHUNK = 16 * 1024;

    /** Takes the name of a document and how many bytes of the heap others have; ends with status 0 if all went well. */
    public static void main(String[] arguments) throws Exception {
        byte[] others = new byte[Integer.parseInt(arguments[1])];
        // Bytes of a chunk, as the socket gives them: the document itself is nobody's until it is collected.
        List<ByteBuffer> chunks = chunks(valueOf(arguments[0]).json());
        for (int i = 0; i < 3; i++) {
            BoundedBody body = new BoundedBody(-1);
            for (ByteBuffer chunk : chunks) {
                body.add(chunk.duplicate());
            }
            byte[] json = body.bytes();
            try {
                Headroom.ofThisProcess().check(json);
                int size = ServedDocument.serve(DocumentValidator.validate(DocumentKind.JWKS, json), true)
                        .body()
                        .length;
                System.out.println("served: " + size + " bytes, beside " + others.length);
            } catch (FetchException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** The document, at most {@value Document#MAX_BYTES} bytes of UTF-8. */
    String json() {
        return switch (this) {
            case LONG_STRING -> withMember("\"" + "x".repeat(1_000_000) + "\"");
            case LONG_STRING_OF_ANOTHER_SCRIPT -> withMember("\"" + "漢".repeat(333_000) + "\"");
            case LONG_NAME -> "{\"" + "x".repeat(1_000_000) + "\":1,\"keys\":[{\"kty\":\"RSA\"}]}";
            case LONG_ARRAY -> withMember("[0" + ",0".repeat(500_000) + "]");
            case LONG_ARRAY_THAT_IS_DEEP -> withMember("[".repeat(61) + "0" + ",0".repeat(500_000) + "]".repeat(61));
            case EMPTY_ARRAYS -> withMember("[[]" + ",[]".repeat(330_000) + "]");
            case EMPTY_OBJECTS -> withMember("[{}" + ",{}".repeat(330_000) + "]");
            case MANY_KEYS -> "{\"keys\":[{\"kty\":\"\"}" + ",{\"kty\":\"\"}".repeat(85_000) + "]}";
            case MANY_NAMES -> withMember(object(IntStream.range(0, 90_000).mapToObj(String::valueOf)));
            // "Aa" and "BB" have the same hash code, and so have all texts of as many of them.
            case NAMES_WITH_THE_SAME_HASH ->
                withMember(object(IntStream.range(1 << 15, (1 << 15) + 19_000)
                        .mapToObj(Integer::toBinaryString)
                        .map(bits -> bits.replace("0", "Aa").replace("1", "BB"))));
            case ESCAPES -> withMember("\"" + "\\u00e9".repeat(170_000) + "\"");
            case SPACE -> "{" + " ".repeat(1_000_000) + "\"keys\":[{\"kty\":\"RSA\"}]}";
        };
    }

    private static String withMember(String value) {
        return "{\"keys\":[{\"kty\":\"RSA\",\"x\":" + value + "}]}";
    }

    private static String object(Stream<String> names) {
        StringBuilder object = new StringBuilder(1 << 20).append('{');
        // Nothing else: a list of them would not fit beside it.
        names.forEach(name -> object.append('"').append(name).append("\":0,"));
        object.setCharAt(object.length() - 1, '}');
        return object.toString();
    }

    private static List<ByteBuffer> chunks(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, (bytes.length + CHUNK - 1) / CHUNK)
                .mapToObj(i -> ByteBuffer.wrap(bytes, i * CHUNK, Math.min(CHUNK, bytes.length - i * CHUNK)))
                .toList();
    }
}
