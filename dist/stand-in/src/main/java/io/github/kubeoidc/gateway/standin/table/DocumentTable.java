// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin.table;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.table.DocumentRow.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What section 2.3 of the contract refuses as a document, and what comes near to it and is accepted: the rows of
 * {@code documents.txt}, which says how they are written.
 */
public final class DocumentTable {

    private static final String ISSUER = "\"issuer\":\"https://issuer.example\"";
    private static final String JWKS_URI = "\"jwks_uri\":\"https://issuer.example/jwks\"";
    private static final String KEYS = "\"keys\":[{\"kty\":\"RSA\"}]";

    private static final Pattern REASON = Pattern.compile("## (?:refused: (.*)|accepted)");

    private static final List<DocumentRow> ROWS = read();

    private DocumentTable() {}

    /** {@return what is refused: rows with a reason each} */
    public static List<DocumentRow> refused() {
        return ROWS.stream().filter(row -> !row.reason().isEmpty()).toList();
    }

    /** {@return what is accepted: rows without a reason} */
    public static List<DocumentRow> accepted() {
        return ROWS.stream().filter(row -> row.reason().isEmpty()).toList();
    }

    /**
     * {@return one row}
     *
     * @param name its name
     * @throws java.util.NoSuchElementException if there is none of that name
     */
    public static DocumentRow named(String name) {
        return ROWS.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    private static List<DocumentRow> read() {
        List<DocumentRow> rows = new ArrayList<>();
        String reason = null;
        for (String line : Spelling.lines("documents.txt")) {
            Matcher heading = REASON.matcher(line);
            if (heading.matches()) {
                reason = Objects.requireNonNullElse(heading.group(1), "");
            } else if (reason != null && line.startsWith("# ")) {
                rows.add(new DocumentRow(line.substring(2), reason, new ArrayList<>()));
            } else if (reason != null && !line.isEmpty()) {
                String[] form = line.strip().split(" ", 2);
                for (String text : (form.length == 1 ? "" : form[1]).split(" [|] ")) {
                    rows.get(rows.size() - 1).forms().addAll(forms(form[0], text));
                }
            }
        }
        return rows;
    }

    private static List<Form> forms(String as, String text) {
        return switch (as) {
            case "discovery" -> List.of(discovery(text));
            case "keys" -> List.of(keys(text));
            case "either" -> List.of(discovery(text), keys(text));
            case "member" -> members(text);
            case "key" ->
                List.of(
                        keys("{\"keys\":[{\"kty\":\"RSA\"," + text + ",\"e\":\"AQAB\"}]}"),
                        keys("{\"keys\":[{" + text + ",\"kty\":\"XYZ\"}]}"),
                        keys("{\"keys\":[{\"kty\":\"RSA\"},{\"kty\":\"RSA\"," + text + "}]}"));
            case "bytes" ->
                Stream.of(members("\"x\":\"" + text + "\""), members("\"" + text + "\":1"))
                        .flatMap(List::stream)
                        .toList();
            case "behind" ->
                List.of(discovery("{" + ISSUER + "," + JWKS_URI + "}" + text), keys("{" + KEYS + "}" + text));
            default -> throw new IllegalArgumentException(as + " " + text);
        };
    }

    private static List<Form> members(String text) {
        return List.of(
                discovery("{" + ISSUER + "," + text + "," + JWKS_URI + "}"),
                keys("{" + text + "," + KEYS + "}"),
                keys("{\"keys\":[{\"kty\":\"RSA\"," + text + "}]}"));
    }

    private static Form discovery(String text) {
        return new Form(ApiServerStandIn.DISCOVERY_PATH, Spelling.bytes(text).getBytes(ISO_8859_1));
    }

    private static Form keys(String text) {
        return new Form(ApiServerStandIn.JWKS_PATH, Spelling.bytes(text).getBytes(ISO_8859_1));
    }
}
