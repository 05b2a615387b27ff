// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One of the two documents that a stand-in serves, and how it serves it.
 */
public final class ServedDocument {

    private final String path;
    private final String mediaType;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile byte[] bytes;
    private volatile @Nullable Reply fault;
    private volatile CountDownLatch held = new CountDownLatch(0);

    ServedDocument(String path, String mediaType, String json) {
        this.path = path;
        this.mediaType = mediaType;
        this.bytes = json.getBytes(StandardCharsets.UTF_8);
    }

    /** {@return where it is, the same at the API server and at the gateway} */
    public String path() {
        return path;
    }

    /** {@return the bytes that are served when there is no fault} */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** {@return the text that is served when there is no fault} */
    public String json() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** {@return how often it was asked for since the start, whatever the answer was} */
    public int fetches() {
        return fetches.get();
    }

    /**
     * Serves another document, without a fault.
     *
     * @param document the bytes, valid or not
     */
    public void serve(byte[] document) {
        bytes = document.clone();
        fault = null;
    }

    /**
     * Serves another document, without a fault.
     *
     * @param document the text, valid or not
     */
    public void serve(String document) {
        serve(document.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Answers in a certain way from now on.
     *
     * @param reply the answer
     */
    public void fail(Reply reply) {
        fault = reply;
    }

    /**
     * Serves the document again.
     */
    public void heal() {
        fault = null;
    }

    /**
     * Answers nothing from now on, until {@link #release()}.
     */
    public void hold() {
        held = new CountDownLatch(1);
    }

    /**
     * Gives all answers that were held back, each what it was when it was asked for.
     */
    public void release() {
        held.countDown();
    }

    /**
     * Gives all answers that were held back, and holds back others from now on.
     */
    public void releaseOnce() {
        CountDownLatch before = held;
        hold();
        before.countDown();
    }

    String mediaType() {
        return mediaType;
    }

    Reply reply() {
        fetches.incrementAndGet();
        Reply current = fault;
        return (current != null ? current : Reply.of(200, mediaType, bytes)).after(held);
    }

    void countRefused() {
        fetches.incrementAndGet();
    }
}
