// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.nio.file.Path;

/** A certificate authority, certificates of servers by it, and one that it knows nothing of. */
final class UpstreamCertificates {
    private static final String LOOPBACK = "san=ip:127.0.0.1,dns:localhost";

    private UpstreamCertificates() {}

    static Certificates in(Path directory) {
        return Certificates.in(directory)
                .make("ca", "-ext", "bc:c")
                .make("good", "-signer", "ca", "-ext", LOOPBACK)
                .make("other", "-ext", "bc:c", "-ext", LOOPBACK)
                .make("expired", "-signer", "ca", "-ext", LOOPBACK, "-startdate", "-10d", "-validity", "5")
                .make("client", "-signer", "ca", "-ext", LOOPBACK, "-ext", "eku=clientAuth")
                .make("dotted", "-signer", "ca", "-ext", "san=dns:localhost,ip:::1")
                .make("forged", "-ext", "bc:c", "-dname", "CN=a b" + "c".repeat(300))
                .make("misnamed", "-signer", "ca", "-ext", "san=dns:kubernetes.example");
    }
}
