// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;
import java.util.stream.Stream;

/** Faults of sections 2.1, 2.2 and 3.9: how upstream is asked, within which bounds, with which credentials. */
final class UpstreamMutants {

    private static final String TRUST = "new TrustManager[] {new ExplainingTrustManager(manager)}";

    private static final String GET = "Exchange.Answer answer = call.get(token.get(), ca == null ? null : ca.get());";

    private UpstreamMutants() {}

    static List<Mutant> all() {
        return Stream.of(request(), trust(), bounds(), credentials())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> request() {
        return List.of(
                mutant("accepts what no API server sends", "2\\.1 both")
                        .edit(
                                "ApiServer",
                                "\"application/jwk-set+json, application/json;q=0.9, */*;q=0.1\"",
                                "\"application/json;q=1\""),
                mutant("asks with POST", "2\\.1 both|1\\.3 nothing")
                        .edit("ApiServer", "client.newRequest(uri)", "client.newRequest(uri).method(\"POST\")"),
                mutant("drops the path of UPSTREAM_HOST", "2\\.1 a base URL")
                        .edit("ApiServer", "URI.create(upstream.url() + path)", "upstream.url().resolve(path)"),
                mutant("keeps the slash at the end of UPSTREAM_HOST", "2\\.1 a base URL")
                        .edit("UpstreamUrl", ".replaceFirst(\"/+$\", \"\")", ""),
                mutant("follows redirects", "2\\.1 (a redirect|refused: redirect)")
                        .edit(
                                "Exchange",
                                "if (response.getStatus() != OK) {",
                                // By hand, as a connection of Jetty's goes where the caller said.
                                "if (response.getStatus() / 100 == 3) { try {"
                                        + " java.net.URLConnection next = response.getRequest().getURI().resolve("
                                        + "response.getHeaders().get(\"Location\")).toURL().openConnection(java.net.Proxy.NO_PROXY);"
                                        + " next.setRequestProperty(\"Authorization\","
                                        + " response.getRequest().getHeaders().get(\"Authorization\"));"
                                        + " answer.complete(new Answer(next.getInputStream().readAllBytes(), null)); }"
                                        + " catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); } }"
                                        + " if (response.getStatus() != OK) {"),
                mutant("keeps upstream's cookies", "2\\.1 a cookie")
                        .edit("JettyClient", "new HttpCookieStore.Empty()", "new HttpCookieStore.Default()"),
                mutant("inflates what nobody asked for", "2\\.3 refused: document in a content")
                        .edit("Exchange", "body.bytes(),", "inflated(result, body.bytes()),")
                        .edit(
                                "Exchange",
                                "private void refuse(",
                                "private static byte[] inflated(Result result, byte[] bytes) { if (!result.getResponse().getHeaders().contains(\"Content-Encoding\")) return bytes; try { return new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(bytes)).readAllBytes(); } catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); } }\n\n    private void refuse("),
                mutant("asks where jwks_uri points to", "2\\.1 a redirect")
                        .edit(
                                "UpstreamSource",
                                GET,
                                GET
                                        + " java.util.regex.Matcher uri = java.util.regex.Pattern.compile("
                                        + "\"jwks_uri\\\":\\\"(http://127[^\\\"]*)\").matcher(new String(answer.json()));"
                                        + " if (uri.find()) try { URI.create(uri.group(1)).toURL().openStream().close(); }"
                                        + " catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); }"),
                mutant("obeys HTTPS_PROXY", "2\\.1 no proxy")
                        .edit(
                                "JettyClient",
                                "route(context).address()",
                                Host.class.getName()
                                        + ".of(JettyClient.class).getenv(\"HTTPS_PROXY\") == null"
                                        + " ? route(context).address() : new InetSocketAddress(\"127.0.0.1\", java.net.URI.create("
                                        + Host.class.getName()
                                        + ".of(JettyClient.class).getenv(\"HTTPS_PROXY\")).getPort())"),
                mutant("speaks TLS only", "2\\.1 (plain HTTP)|5 UPSTREAM_HOST=http://")
                        .edit("UpstreamUrl", "|| scheme.equals(\"http\")", "|| false"),
                mutant("any 2xx counts", "2\\.1 refused: status 20")
                        .edit("Exchange", "response.getStatus() != OK", "response.getStatus() / 100 != 2"),
                mutant("any status counts", "2\\.1 refused|1\\.4 no word")
                        .entitled("3|4\\.1|6\\.3")
                        .edit("Exchange", "response.getStatus() != OK", "false"));
    }

    private static List<Mutant> trust() {
        return List.of(
                mutant("trusts everybody", "2\\.1 .* not trusted|4\\.1 .*certificate")
                        .edit(
                                "CaFile",
                                TRUST,
                                "new javax.net.ssl.TrustManager[] {new javax.net.ssl.X509ExtendedTrustManager() {"
                                        + " public void checkClientTrusted(java.security.cert.X509Certificate[] c, String t) {}"
                                        + " public void checkServerTrusted(java.security.cert.X509Certificate[] c, String t) {}"
                                        + " public void checkClientTrusted(java.security.cert.X509Certificate[] c, String t, java.net.Socket s) {}"
                                        + " public void checkServerTrusted(java.security.cert.X509Certificate[] c, String t, java.net.Socket s) {}"
                                        + " public void checkClientTrusted(java.security.cert.X509Certificate[] c, String t, javax.net.ssl.SSLEngine s) {}"
                                        + " public void checkServerTrusted(java.security.cert.X509Certificate[] c, String t, javax.net.ssl.SSLEngine s) {}"
                                        + " public java.security.cert.X509Certificate[] getAcceptedIssuers() {"
                                        + " return new java.security.cert.X509Certificate[0]; } }}"),
                mutant("does not compare the server's name", "2\\.1 a certificate for another name")
                        .edit(
                                "CaFile",
                                TRUST,
                                "new javax.net.ssl.TrustManager[] {new javax.net.ssl.X509ExtendedTrustManager() {"
                                        + " final javax.net.ssl.X509TrustManager chain ="
                                        + " (javax.net.ssl.X509TrustManager) trust.getTrustManagers()[0];"
                                        + " public void checkClientTrusted(java.security.cert.X509Certificate[] c, String t) {}"
                                        + " public void checkServerTrusted(java.security.cert.X509Certificate[] c, String t) {}"
                                        + " public void checkClientTrusted(java.security.cert.X509Certificate[] c, String t, java.net.Socket s) {}"
                                        + " public void checkServerTrusted(java.security.cert.X509Certificate[] c, String t, java.net.Socket s) {}"
                                        + " public void checkClientTrusted(java.security.cert.X509Certificate[] c, String t, javax.net.ssl.SSLEngine s) {}"
                                        + " public void checkServerTrusted(java.security.cert.X509Certificate[] c, String t, javax.net.ssl.SSLEngine s)"
                                        + " throws CertificateException { chain.checkServerTrusted(c, t); }"
                                        + " public java.security.cert.X509Certificate[] getAcceptedIssuers() {"
                                        + " return new java.security.cert.X509Certificate[0]; } }}"));
    }

    private static List<Mutant> bounds() {
        return List.of(
                mutant("waits twelve times as long for upstream", "2\\.2 an exchange that is slow before")
                        .entitled("2|3|4|6")
                        .edit("UpstreamSource", "timeout.toNanos()", "timeout.toNanos() * 12"),
                mutant("leaves connections that time out open", "2\\.2 .* closed")
                        .edit("UpstreamSource", "result.whenComplete((document, failure) -> call.stop());", ""),
                mutant("waits for upstream a thirtieth of the time", "2\\.2 an exchange within")
                        .entitled("[1-7]")
                        .edit("UpstreamSource", "timeout.toNanos()", "timeout.toNanos() / 30"),
                mutant("takes a byte less than 1 MiB", "2\\.2 a document of exactly")
                        .edit("BoundedBody", "announced > Document.MAX_BYTES", "announced >= Document.MAX_BYTES")
                        .edit(
                                "BoundedBody",
                                "length > Document.MAX_BYTES - size",
                                "length >= Document.MAX_BYTES - size"),
                mutant("takes 2 MiB", "2\\.2 a (chunked )?document of 1 MiB and a byte")
                        .edit("BoundedBody", "announced > Document.MAX_BYTES", "announced > 2 * Document.MAX_BYTES")
                        .edit(
                                "BoundedBody",
                                "length > Document.MAX_BYTES - size",
                                "length > 2 * Document.MAX_BYTES - size")
                        .edit("BoundedBody", "Math.min(Document.MAX_BYTES,", "Math.min(2 * Document.MAX_BYTES,"),
                mutant("takes a Content-Length's word for the size", "2\\.2 a chunked document of 1 MiB and")
                        .edit("BoundedBody", "length > Document.MAX_BYTES - size", "false")
                        .edit("BoundedBody", "Math.min(Document.MAX_BYTES,", "Math.min(1 << 22,"),
                mutant("wants a Content-Length", "2\\.2 a chunked document is")
                        .edit(
                                "Exchange",
                                "if (response.getStatus() != OK) {",
                                "if (!response.getHeaders().contains(HttpHeader.CONTENT_LENGTH) || response.getStatus() != OK) {"));
    }

    private static List<Mutant> credentials() {
        return List.of(
                mutant("keeps the first token and CA", "3\\.9 (a rotated|one of|a changed|a CA that)")
                        .entitled("[36]")
                        .edit(
                                "LastGoodFile",
                                "if (good == null || !Arrays.equals(bytes, goodBytes)) {",
                                "if (good == null) {"),
                mutant("keeps the first TLS context", "3\\.9 .*CA")
                        .entitled("[46]")
                        .edit("JettyClient", "Engines() {", "private @Nullable SSLContext first; Engines() {")
                        .edit(
                                "JettyClient",
                                "SSLContext tls = route(context).tls();",
                                "if (first == null) { first = route(context).tls(); } SSLContext tls = first;"),
                mutant("reads the first certificate only", "3\\.9 (one of several|a changed CA)")
                        .edit(
                                "CaFile",
                                "for (X509Certificate certificate : certificates) {",
                                "for (X509Certificate certificate : certificates.stream().limit(1).toList()) {"),
                mutant("repeats after a 401 at once", "3\\.9 a 401")
                        .edit(
                                "UpstreamSource",
                                "private volatile boolean closed;",
                                "private volatile boolean closed; private volatile boolean repeated;")
                        .edit(
                                "UpstreamSource",
                                GET,
                                "Exchange.Answer once; try { once = call.get(token.get(), ca == null ? null : ca.get()); }"
                                        + " catch (FetchException e) { if (e.outcome() != Outcome.UNAUTHORIZED || repeated) throw e;"
                                        + " repeated = true; once = call.get(token.get(), ca == null ? null : ca.get()); }"
                                        + " Exchange.Answer answer = once;"),
                mutant("does not forgive a line end behind the token", "3\\.9 a line end")
                        .edit("TokenFile", "StandardCharsets.ISO_8859_1).strip()", "StandardCharsets.ISO_8859_1)"),
                mutant("an unusable file ends the use of the last good one", "3\\.9 a (token|CA file) that is")
                        .edit("LastGoodFile", "problem = now;", "problem = now; good = null;"),
                mutant("says nothing of unusable files", "3\\.9 (a token that is empty|without a token)")
                        .edit("LastGoodFile", "LOG.warn(", "LOG.debug("),
                mutant("warns without the path", "3\\.9 (a CA file that is no PEM|without a CA)")
                        .edit("LastGoodFile", "variable,\n                    path,", "variable, \"\","),
                mutant("sends what may be no token", "3\\.9 a malformed token|3\\.9 a token that is malformed")
                        .edit(
                                "TokenFile",
                                "StandardCharsets.ISO_8859_1).strip()",
                                "StandardCharsets.ISO_8859_1).lines().findFirst().orElse(\"\").strip()"),
                mutant("asks without a token", "3\\.9 (without a token|a malformed token)")
                        .edit(
                                "TokenFile",
                                "if (token == null) {",
                                "if (token == null) { token = \"none\"; }\n        if (false) {"),
                mutant("does not look for a file again that was not there", "3\\.9 (without|a malformed)")
                        .edit(
                                "LastGoodFile",
                                "private volatile @Nullable T good;",
                                "private volatile @Nullable T good; private volatile boolean looked;")
                        .edit(
                                "LastGoodFile",
                                "T read() throws InterruptedException {",
                                "T read() throws InterruptedException { if (looked && good == null) return null; looked = true;"));
    }
}
