// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin.table;

/**
 * One request that no honest client sends.
 *
 * @param section of the contract that speaks of it
 * @param name what is odd about it, in words, or the target
 * @param request its bytes, in ISO 8859-1
 * @param closes whether the connection ends after the answer
 * @param statuses what it may be answered with. The first is what this gateway answers; a gateway of another make may choose
 */
public record RequestRow(String section, String name, String request, boolean closes, int... statuses) {

    /** {@return whether it is a whole request with {@code GET}, so that {@link #asHead()} makes sense} */
    public boolean isGet() {
        return request.startsWith("GET ") && request.contains("HTTP/");
    }

    /** {@return the same with {@code HEAD}, which gets the same status and no body} */
    public RequestRow asHead() {
        return new RequestRow(section, "HEAD with " + name, "HEAD" + request.substring(3), closes, statuses);
    }

    @Override
    public String toString() {
        return name;
    }
}
