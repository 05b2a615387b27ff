// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.parties;

import com.auth0.jwk.JwkProvider;
import com.auth0.jwt.JWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import io.micronaut.security.token.jwt.validator.ReactiveJsonWebTokenValidator;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.pac4j.oidc.config.OidcConfiguration;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** The libraries by the names that the documentation gives them. */
enum Library {
    NIMBUS("Nimbus", Nimbus::trusting, DefaultJWTProcessor.class, OIDCProviderMetadata.class),
    SPRING("Spring Security", Spring::trusting, NimbusJwtDecoder.class, DefaultJWTProcessor.class),
    JOSE4J("jose4j", Jose4j::trusting, JwtConsumer.class),
    AUTH0("Auth0", Auth0::trusting, JwkProvider.class, JWT.class),
    SMALLRYE("SmallRye JWT", SmallRye::trusting, DefaultJWTParser.class, JwtConsumer.class),
    PAC4J("pac4j", Pac4j::trusting, OidcConfiguration.class, OIDCProviderMetadata.class),
    MICRONAUT("Micronaut", Micronaut::trusting, ReactiveJsonWebTokenValidator.class, DefaultJWTProcessor.class);

    /** Makes a relying party, which may ask the issuer. */
    @FunctionalInterface
    interface Setup {
        RelyingParty trusting(Trust trust) throws Exception;
    }

    private final String title;
    private final Setup setup;
    private final List<Class<?>> parts;

    Library(String title, Setup setup, Class<?>... parts) {
        this.title = title;
        this.setup = setup;
        this.parts = List.of(parts);
    }

    static Library titled(String title) {
        return Arrays.stream(values())
                .filter(library -> library.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(title));
    }

    String title() {
        return title;
    }

    RelyingParty trusting(Trust trust) throws Exception {
        return setup.trusting(trust);
    }

    /** The names of its jars, which have the versions. */
    String jars() {
        return parts.stream()
                .map(part -> part.getProtectionDomain().getCodeSource().getLocation())
                .map(location -> Path.of(location.getPath()).getFileName().toString())
                .map(jar -> jar.replaceFirst("\\.jar$", "").replaceFirst("-(\\d)", " $1"))
                .collect(Collectors.joining(", "));
    }
}
