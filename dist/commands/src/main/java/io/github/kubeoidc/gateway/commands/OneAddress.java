// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;

/**
 * Connects to one address, whatever else a name leads to: the JDK's client for HTTP knows only the first address of a name,
 * which may be one of IPv4 where there is only IPv6. Certificates are looked at as before, by name. It closes
 * connections when the time for all of them is over: a timeout of the JDK's begins anew with every byte.
 */
final class OneAddress extends SSLSocketFactory {
    private final SSLSocketFactory tls;
    private final InetSocketAddress address;
    private final long end;

    OneAddress(SSLSocketFactory tls, InetSocketAddress address, Duration bound) {
        this.tls = tls;
        this.address = address;
        this.end = System.nanoTime() + bound.toNanos();
    }

    /** The client connects it, and then has it wrapped. */
    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public void connect(SocketAddress any, int timeout) throws IOException {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    // The JDK's client asks once more where a connection ends before its answer does.
                    throw new SocketTimeoutException();
                }
                CompletableFuture.delayedExecutor(left, TimeUnit.NANOSECONDS).execute(this::end);
                super.connect(address, timeout);
            }

            private void end() {
                try {
                    close();
                } catch (IOException e) {
                    // It cannot be used any more, which is what was wanted.
                }
            }
        };
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        return tls.createSocket(connected, host, port, autoClose);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException();
    }
}
