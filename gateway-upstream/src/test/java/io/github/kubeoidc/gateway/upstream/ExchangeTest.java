// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.Test;

/** What an exchange throws, as where the heap has no room, Jetty swallows: the fetch has to hear of it all the same. */
class ExchangeTest {
    private final Error error = new Error("as one of no memory");
    private final Exchange exchange = new Exchange(new HeadBound());
    private boolean hasRoom = true;

    private final Response response = (Response) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Response.class},
            (proxy, method, args) -> switch (method.getName()) {
                case "getStatus" -> 200;
                case "getVersion" -> HttpVersion.HTTP_1_1;
                case "getHeaders" -> {
                    if (!hasRoom) {
                        throw error;
                    }
                    yield HttpFields.EMPTY;
                }
                default -> null;
            });

    @Test
    void anErrorAtTheHeadIsTheAnswer() {
        hasRoom = false;
        exchange.onHeaders(response);
        assertThat(exchange.answer().handle((answer, failure) -> failure)).isCompletedWithValue(error);
    }

    @Test
    void anErrorAtTheEndIsTheAnswer() {
        exchange.onHeaders(response);
        exchange.onContent(response, ByteBuffer.wrap(new byte[] {'{', '}'}));
        hasRoom = false;
        exchange.onComplete(new Result(null, response));
        assertThat(exchange.answer().handle((answer, failure) -> failure)).isCompletedWithValue(error);
    }
}
