// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin.table;

import java.util.List;
import java.util.stream.Stream;

/** Targets and methods that section 1 and 1.3 of the contract have refused: a path counts character for character. */
public final class TargetTable {

    private static final List<String> METHODS = List.of(
            "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "FOO", "get", "Head", "GETS", "HEADER");

    private static final List<TargetRow> UNKNOWN = unknown(
            "/",
            "/favicon.ico",
            "/metrics",
            "/livez",
            "/openid",
            "/openid/v1",
            "/openid/v1/",
            "/openid/v1/jwk",
            "/openid/v1/jwksx",
            "/openid/v1/jwks/x",
            "/openid/v1/jwks.json",
            "/x/openid/v1/jwks",
            "/.well-known/",
            "/.well-known/jwks.json",
            "/.well-known/oauth-authorization-server",
            "/.well-known/openid-configuration/x",
            "/healthz/ping",
            "/readyz/x",
            "/api/v1/namespaces",
            "/index.html",
            "/WEB-INF/web.xml");

    private static final List<TargetRow> NEAR = near(
            "/openid/v1/jwks/",
            "/.well-known/openid-configuration/",
            "/OPENID/v1/jwks",
            "/openid/v1/JWKS",
            "/.Well-Known/openid-configuration",
            "/.well-known/OpenID-Configuration",
            "/healthz/",
            "/HEALTHZ",
            "/readyz/",
            "/Readyz");

    private static final List<TargetRow> OTHER_FORMS = Stream.concat(
                    otherForms(
                            404,
                            400,
                            "/%6Fpenid/v1/jwks",
                            "/openid/v1/%6awks",
                            "/openid/v1/jwk%73",
                            "/openid/v1/jwks;x=1",
                            "/openid/v1/jwks;",
                            "/openid;x=1/v1/jwks",
                            "/openid/v1/../v1/jwks",
                            "/openid/v1/./jwks",
                            "/./openid/v1/jwks",
                            "/a/../openid/v1/jwks",
                            "/openid/v1/jwks/.",
                            "/.well-known/openid%2Dconfiguration",
                            "/%2ewell-known/openid-configuration",
                            "/.well-known/openid-configuration;jsessionid=1",
                            "/x/../.well-known/openid-configuration",
                            "/%68ealthz",
                            "/healthz;x=1",
                            "/x/../readyz",
                            "/openid/v1/jwks%20",
                            "/openid/v1/jwks%3Fx",
                            "/openid/v1/jwks%23x"),
                    otherForms(
                            400,
                            404,
                            "/openid//v1/jwks",
                            "//openid/v1/jwks",
                            "/openid%2Fv1/jwks",
                            "/openid%2fv1%2fjwks",
                            "/openid/v1/%2e/jwks",
                            "/openid/v1/x/%2e%2e/jwks",
                            "/../openid/v1/jwks",
                            "/openid/v1/jwks%00",
                            "/openid/v1/jwks%0d%0aX:1",
                            "/openid\\v1\\jwks",
                            "/openid/v1/jwks#x",
                            "/openid/v1/jwks\u00e9",
                            "/openid/v1/jwks%zz",
                            "/.well-known%2Fopenid-configuration"))
            .toList();

    private TargetTable() {}

    /**
     * Methods that nothing of the gateway has: 405 on its four paths, 404 on others.
     *
     * @return methods, some unlike {@code GET} or {@code HEAD} in a letter only
     */
    public static List<String> methods() {
        return METHODS;
    }

    /**
     * Other paths, section 1.
     *
     * @return rows that all get 404
     */
    public static List<TargetRow> unknown() {
        return UNKNOWN;
    }

    /**
     * Paths that differ from one of the gateway in case or by a slash at the end, section 1.3.
     *
     * @return rows that all get 404
     */
    public static List<TargetRow> near() {
        return NEAR;
    }

    /**
     * What one of the gateway's paths must not be taken for: encoded, doubled, dotted, with parameters, section 1.3.
     *
     * @return rows that get 404, or 400 where the parser refuses
     */
    public static List<TargetRow> otherForms() {
        return OTHER_FORMS;
    }

    /**
     * All targets.
     *
     * @return each row once
     */
    public static List<TargetRow> all() {
        return Stream.of(UNKNOWN, NEAR, OTHER_FORMS).flatMap(List::stream).toList();
    }

    private static List<TargetRow> unknown(String... targets) {
        return Stream.of(targets).map(target -> new TargetRow("1", target, 404)).toList();
    }

    private static List<TargetRow> near(String... targets) {
        return Stream.of(targets)
                .map(target -> new TargetRow("1.3", target, 404))
                .toList();
    }

    private static Stream<TargetRow> otherForms(int own, int other, String... targets) {
        return Stream.of(targets).map(target -> new TargetRow("1.3", target, own, other));
    }
}
