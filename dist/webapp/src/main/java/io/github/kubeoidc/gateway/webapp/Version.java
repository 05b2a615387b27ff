// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Which version of the gateway this is. */
public final class Version {
    private Version() {}

    /**
     * Returns the version that was built.
     *
     * @return for instance {@code 1.2.3}
     */
    public static String current() {
        try (InputStream in = Objects.requireNonNull(Version.class.getResourceAsStream("version.properties"))) {
            Properties properties = new Properties();
            properties.load(in);
            return Objects.requireNonNull(properties.getProperty("version"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
