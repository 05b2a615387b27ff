// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** One request on one connection: hears from Jetty what becomes of it. */
final class Exchange implements Request.Listener, Response.Listener {
    private final HeadBound head;
    private final CompletableFuture<Void> sent = new CompletableFuture<>();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private volatile boolean answering;
    private @Nullable BoundedBody body;

    Exchange(HeadBound head) {
        this.head = head;
    }

    /**
     * The last answer to a request: none of status 1xx.
     *
     * @param body empty unless the status is 200
     */
    record Answer(int status, HttpFields fields, byte[] body) {
        boolean isOk() {
            return status == HttpStatus.OK_200;
        }
    }

    /** Completes when the request is on its way, after TLS; exceptionally where it never will be. */
    CompletableFuture<Void> sent() {
        return sent;
    }

    /** Completes with an answer; with a {@link FetchException}, or what Jetty says, where there is no whole one. */
    CompletableFuture<Answer> answer() {
        return answer;
    }

    /** Whether upstream has begun to answer. */
    boolean isAnswering() {
        return answering;
    }

    @Override
    public void onCommit(Request request) {
        sent.complete(null);
    }

    @Override
    public void onBegin(Response response) {
        answering = true;
        // Jetty's thread that has sent the request may be slower than the answer.
        sent.complete(null);
    }

    @Override
    public void onHeaders(Response response) {
        head.end();
        if (response.getVersion() != HttpVersion.HTTP_1_1 && response.getVersion() != HttpVersion.HTTP_1_0) {
            refuse(response, new HttpResponseException("not HTTP/1", response));
            return;
        }
        if (response.getStatus() != HttpStatus.OK_200) {
            answer.complete(new Answer(response.getStatus(), response.getHeaders(), new byte[0]));
            // The body of another status is not waited for.
            refuse(response, new HttpResponseException("not a 200", response));
            return;
        }
        try {
            body = new BoundedBody(response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH));
        } catch (FetchException | RuntimeException | Error e) {
            // Errors too: Jetty goes on as if nothing had been thrown here.
            refuse(response, e);
        }
    }

    @Override
    public void onContent(Response response, ByteBuffer content) {
        try {
            if (body != null) {
                body.add(content);
            }
        } catch (FetchException e) {
            refuse(response, e);
        }
    }

    private void refuse(Response response, Throwable why) {
        body = null;
        answer.completeExceptionally(why);
        response.abort(why);
    }

    @Override
    public void onComplete(Result result) {
        Throwable failure = result.getFailure();
        try {
            if (body != null && failure == null) {
                Response response = result.getResponse();
                answer.complete(new Answer(response.getStatus(), response.getHeaders(), body.bytes()));
            }
        } catch (RuntimeException | Error e) {
            // Jetty tells nobody of it, and the caller would wait until its time is over.
            failure = e;
        }
        fail(failure == null ? new IllegalStateException("no answer") : failure);
    }

    /** Completes both futures with a failure, unless they are complete. */
    void fail(Throwable failure) {
        sent.completeExceptionally(failure);
        answer.completeExceptionally(failure);
    }
}
