// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;
import java.util.stream.Stream;

/** Faults of sections 2.1, 2.2 and 3.9: how upstream is asked, within which bounds, with which credentials. */
final class UpstreamMutants {

    private static final String TRUST = "trust.getTrustManagers()";

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
                                "UpstreamSource",
                                "\"application/jwk-set+json, application/json;q=0.9, */*;q=0.1\"",
                                "\"application/json;q=1\""),
                mutant("asks with POST", "2\\.1 both|1\\.3 nothing")
                        .edit("UpstreamSource", ".build();", ".POST(HttpRequest.BodyPublishers.noBody()).build();"),
                mutant("drops the path of UPSTREAM_HOST", "2\\.1 a base URL")
                        .edit(
                                "UpstreamSource",
                                "URI.create(upstreamHost + kind.path())",
                                "upstreamHost.resolve(kind.path())"),
                mutant("keeps the slash at the end of UPSTREAM_HOST", "2\\.1 a base URL")
                        .edit("UpstreamUrl", ".replaceFirst(\"/+$\", \"\")", ""),
                mutant("follows redirects", "2\\.1 (a redirect|refused: redirect)")
                        .edit(
                                "UpstreamSource",
                                "if (response.statusCode() != OK) {",
                                // By hand, as the JDK's client counts a redirect as the second attempt that it is
                                // denied.
                                "if (response.statusCode() / 100 == 3) response = client.sendAsync(HttpRequest.newBuilder("
                                        + "URI.create(response.headers().firstValue(\"Location\").orElseThrow()))"
                                        + ".header(\"Accept\", ACCEPT).header(\"Authorization\", \"Bearer \" + token.get()).build(),"
                                        + " HttpResponse.BodyHandlers.ofByteArray()).join();"
                                        + " if (response.statusCode() != OK) {"),
                mutant("keeps upstream's cookies", "2\\.1 a cookie")
                        .edit(
                                "TlsClients",
                                ".proxy(HttpClient.Builder.NO_PROXY)",
                                ".proxy(HttpClient.Builder.NO_PROXY).cookieHandler(new java.net.CookieManager())"),
                mutant("inflates what nobody asked for", "2\\.3 refused: document in a content")
                        .edit(
                                "UpstreamSource",
                                "accept(kind, response.body(), result);",
                                "byte[] body = response.body();"
                                        + " if (response.headers().firstValue(\"Content-Encoding\").isPresent()) {"
                                        + " try { body = new java.util.zip.GZIPInputStream("
                                        + "new java.io.ByteArrayInputStream(body)).readAllBytes(); }"
                                        + " catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); } }"
                                        + " accept(kind, body, result);"),
                mutant("asks where jwks_uri points to", "2\\.1 a redirect")
                        .edit(
                                "UpstreamSource",
                                "accept(kind, response.body(), result);",
                                "accept(kind, response.body(), result);"
                                        + " java.util.regex.Matcher uri = java.util.regex.Pattern.compile("
                                        + "\"jwks_uri\\\":\\\"(http://127[^\\\"]*)\").matcher(new String(response.body()));"
                                        + " if (uri.find()) client.sendAsync(HttpRequest.newBuilder(URI.create(uri.group(1))).build(),"
                                        + " HttpResponse.BodyHandlers.discarding());"),
                mutant("obeys HTTPS_PROXY", "2\\.1 no proxy")
                        .edit(
                                "TlsClients",
                                ".proxy(HttpClient.Builder.NO_PROXY)",
                                ".proxy(" + Host.class.getName()
                                        + ".of(TlsClients.class).getenv(\"HTTPS_PROXY\") == null"
                                        + " ? HttpClient.Builder.NO_PROXY : java.net.ProxySelector.of(new java.net.InetSocketAddress("
                                        + "\"127.0.0.1\", java.net.URI.create(" + Host.class.getName()
                                        + ".of(TlsClients.class).getenv(\"HTTPS_PROXY\")).getPort())))"),
                mutant("speaks TLS only", "2\\.1 (plain HTTP)|5 UPSTREAM_HOST=http://")
                        .edit("UpstreamUrl", "|| scheme.equals(\"http\")", "|| false"),
                mutant("any 2xx counts", "2\\.1 refused: status 20")
                        .edit("UpstreamSource", "response.statusCode() != OK", "response.statusCode() / 100 != 2")
                        .edit("UpstreamSource", "head.statusCode() == OK", "head.statusCode() / 100 == 2"),
                mutant("any status counts", "2\\.1 refused|1\\.4 no word")
                        .entitled("3|4\\.1|6\\.3")
                        .edit("UpstreamSource", "response.statusCode() != OK", "false")
                        .edit("UpstreamSource", "head.statusCode() == OK", "true"));
    }

    private static List<Mutant> trust() {
        return List.of(
                mutant("trusts everybody", "2\\.1 .* not trusted|4\\.1 .*certificate")
                        .edit(
                                "TlsClients",
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
                                "TlsClients",
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
                        .edit(
                                "UpstreamSource",
                                "result.whenComplete((document, failure) -> exchange.cancel(true));",
                                "")
                        .edit("BoundedBody", "if (subscription != null) {", "if (false) {"),
                mutant("waits for upstream a thirtieth of the time", "2\\.2 an exchange within")
                        .entitled("[1-7]")
                        .edit("UpstreamSource", "timeout.toNanos()", "timeout.toNanos() / 30"),
                mutant("takes a byte less than 1 MiB", "2\\.2 a document of exactly")
                        .edit("UpstreamSource", "Document.MAX_BYTES", "Document.MAX_BYTES - 1"),
                mutant("takes 2 MiB", "2\\.2 a (chunked )?document of 1 MiB and a byte")
                        .edit("UpstreamSource", "Document.MAX_BYTES", "2 * Document.MAX_BYTES"),
                mutant("takes a Content-Length's word for the size", "2\\.2 a chunked document of 1 MiB and")
                        .edit(
                                "UpstreamSource",
                                "head.statusCode() == OK ?",
                                "head.headers().firstValue(\"Content-Length\").isEmpty() ? 1 << 22 : head.statusCode() == OK ?"),
                mutant("wants a Content-Length", "2\\.2 a chunked document is")
                        .edit(
                                "UpstreamSource",
                                "head.statusCode() == OK ?",
                                "head.headers().firstValue(\"Content-Length\").isPresent() && head.statusCode() == OK ?"));
    }

    private static List<Mutant> credentials() {
        return List.of(
                mutant("keeps the first token and CA", "3\\.9 (a rotated|one of|a changed|a CA that)")
                        .entitled("[36]")
                        .edit(
                                "LastGoodFile",
                                "if (good == null || !Arrays.equals(bytes, goodBytes)) {",
                                "if (good == null) {"),
                mutant("keeps the first client", "3\\.9 .*CA")
                        .entitled("[46]")
                        .edit(
                                "TlsClients",
                                "if (client == null || context != clientContext) {",
                                "if (client == null) {"),
                mutant("reads the first certificate only", "3\\.9 (one of several|a changed CA)")
                        .edit(
                                "TlsClients",
                                "for (Certificate certificate : certificates) {",
                                "for (Certificate certificate : certificates.stream().limit(1).toList()) {"),
                mutant("repeats after a 401 at once", "3\\.9 a 401")
                        .edit(
                                "UpstreamSource",
                                "private volatile boolean closed;",
                                "private volatile boolean closed; private volatile boolean repeated;")
                        .edit(
                                "UpstreamSource",
                                "if (response.statusCode() != OK) {",
                                "if (response.statusCode() == 401 && !repeated) { repeated = true; exchange(kind, result); return; }"
                                        + " if (response.statusCode() != OK) {"),
                mutant("does not forgive a line end behind the token", "3\\.9 a line end")
                        .edit("TokenFile", "StandardCharsets.ISO_8859_1).strip()", "StandardCharsets.ISO_8859_1)"),
                mutant("an unusable file ends the use of the last good one", "3\\.9 a (token|CA file) that is")
                        .edit("LastGoodFile", "loggedProblem = problem;", "loggedProblem = problem; good = null;"),
                mutant("says nothing of unusable files", "3\\.9 (a token that is empty|without a token)")
                        .edit("LastGoodFile", "LOG.warn(", "LOG.debug("),
                mutant("warns without the path", "3\\.9 (a CA file that is no PEM|without a CA)")
                        .edit("LastGoodFile", "return variable + \" \" + path;", "return variable;"),
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
                                "synchronized @Nullable T read() {",
                                "private boolean looked;\n    synchronized @Nullable T read() { if (looked && good == null) return null; looked = true;"));
    }
}
