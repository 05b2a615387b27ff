// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.FetchException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CONTRACT 2.1: what no exchange on loopback shows of the client. {@link UpstreamTlsTest} has the rest. */
class TlsClientsTest {
    private final Executor executor = Runnable::run;

    @TempDir
    Path directory;

    // "Redirects are never followed", "no proxy is used"
    @Test
    void theClientFollowsNothingAndUsesNoProxyWhateverTheSystemSays() throws FetchException {
        try (TlsClients clients = TlsClients.withoutTls(executor)) {
            HttpClient client = clients.get();
            assertThat(client.followRedirects()).isEqualTo(HttpClient.Redirect.NEVER);
            assertThat(client.proxy()).contains(HttpClient.Builder.NO_PROXY);
            assertThat(client.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(client.executor()).contains(executor);
            assertThat(client.authenticator()).isEmpty();
            assertThat(client.cookieHandler()).isEmpty();
        }
    }

    @Test
    void oneClientIsUsedForAllExchanges() throws FetchException {
        try (TlsClients clients = TlsClients.withoutTls(executor)) {
            assertThat(clients.get()).isSameAs(clients.get());
        }
    }

    @Test
    void theCallersClassLoaderIsTheSameAfterwards() throws FetchException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader callers = new ClassLoader(before) {};
        thread.setContextClassLoader(callers);
        try (TlsClients clients = TlsClients.withoutTls(executor)) {
            clients.get();
            assertThat(thread.getContextClassLoader()).isSameAs(callers);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aProbeOfAMissingCaWarnsAndOneWithoutTlsIsSilent() {
        Path missing = directory.resolve("ca.crt");
        try (LogLines log = LogLines.of(directory);
                TlsClients plain = TlsClients.withoutTls(executor);
                TlsClients clients = TlsClients.trusting(missing, executor)) {
            plain.probe();
            assertThat(log.lines()).isEmpty();
            clients.probe();
            assertThat(log.lines()).singleElement().asString().startsWith("WARN SA_CA_CERT_PATH " + missing);
        }
    }
}
