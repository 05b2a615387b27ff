// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS between a client and HTTP, which tells {@link ClientEndPoint} what of handshake, request and answer is in progress.
 * What may close other connections is called outside of Jetty's lock on this one: two of them could wait for each other.
 */
final class TlsConnection extends SslConnection {
    /** Java keeps the client's list, named schemes twice included, with the session. Clients have some twenty. */
    private static final int MAX_SIGNATURE_SCHEMES = 64;

    /** Java keeps these too, of whatever type. There is one type, of which a client names one (RFC 6066, section 3). */
    private static final int MAX_SERVER_NAMES = 1;

    /** That of a name in DNS (RFC 1035, section 2.3.4). */
    private static final int MAX_SERVER_NAME_BYTES = 255;

    /**
     * In a handshake one message may be long, the client's first: 2 KiB with a key share that is safe from quantum computers,
     * and a ticket beside it. Afterwards a client has its changes of keys to send, 30 bytes each. Java makes up to seventeen
     * times as much of the first, and keeps one that is not complete.
     */
    private static final int MAX_BYTES_OF_TLS = 8 * 1024;

    private static final SSLEngineResult NOTHING =
            new SSLEngineResult(SSLEngineResult.Status.BUFFER_UNDERFLOW, HandshakeStatus.NOT_HANDSHAKING, 0, 0);

    private final Callback whileLingering = Callback.from(this::onFillable, this::onFillInterestedFailed);

    private final TlsProgress progress = new TlsProgress(this);

    private int bytesOfTls;
    private boolean discards;

    TlsConnection(
            ByteBufferPool buffers,
            Executor executor,
            SslContextFactory.Server contexts,
            ClientEndPoint client,
            SSLEngine engine) {
        super(buffers, executor, contexts, client, engine);
        client.progress().onTls(progress);
        addHandshakeListener(new SslHandshakeListener() {
            @Override
            public void handshakeSucceeded(Event event) {
                bytesOfTls = 0;
                // First: an idle connection without it would have been idle since it was opened.
                client.request().onUse();
                progress.onHandshaken();
            }
        });
    }

    private ClientEndPoint client() {
        return (ClientEndPoint) getEndPoint();
    }

    @Override
    protected SSLEngineResult unwrap(SSLEngine engine, ByteBuffer encrypted, ByteBuffer decrypted) throws SSLException {
        if (discards) {
            encrypted.position(encrypted.limit());
            progress.onDecrypted(0);
            return NOTHING;
        }
        boolean handshaken = progress.isHandshaken();
        SSLEngineResult result = super.unwrap(engine, encrypted, decrypted);
        progress.onDecrypted(encrypted.remaining());
        bytesOfTls = result.bytesProduced() > 0 ? 0 : bytesOfTls + result.bytesConsumed();
        if (!handshaken) {
            progress.onHandshakeBytes(bytesOfTls);
        }
        if (bytesOfTls > MAX_BYTES_OF_TLS) {
            throw new SSLException("more of TLS than any client has to send");
        }
        if (handshaken && isRenegotiated(engine)) {
            // Without TLS's notice: a client takes an orderly close for consent, and scanners tell of it.
            client().close(new EofException("the client renegotiates"));
        }
        return result;
    }

    /** The answer to the client's first message: the moment to look at what Java keeps of that. */
    @Override
    protected SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] clear, ByteBuffer encrypted) throws SSLException {
        if (!progress.isHandshaken()
                && engine.getHandshakeSession() instanceof ExtendedSSLSession session
                && isTooMuchToKeep(session)) {
            throw new SSLException("more signature schemes or server names than any client has");
        }
        return super.wrap(engine, clear, encrypted);
    }

    private static boolean isTooMuchToKeep(ExtendedSSLSession session) {
        List<SNIServerName> names = session.getRequestedServerNames();
        return session.getPeerSupportedSignatureAlgorithms().length > MAX_SIGNATURE_SCHEMES
                || names.size() > MAX_SERVER_NAMES
                || names.stream().anyMatch(name -> name.getEncoded().length > MAX_SERVER_NAME_BYTES);
    }

    /** Later versions have messages of their own after the handshake. */
    private static boolean isRenegotiated(SSLEngine engine) {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
                && engine.getSession().getProtocol().equals("TLSv1.2")
                && !engine.isInboundDone();
    }

    @Override
    protected SslEndPoint newSslEndPoint() {
        return new HttpEndPoint();
    }

    /** What HTTP reads from and writes to. */
    private final class HttpEndPoint extends SslEndPoint {
        private boolean isLingering() {
            return getConnection() instanceof LingeringConnection;
        }

        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            if (isLingering()) {
                discardRead(buffer);
                return client().fill(buffer);
            }
            int bytes = super.fill(buffer);
            if (bytes > 0) {
                client().onRead(buffer, bytes);
            }
            return bytes;
        }

        /** Has Jetty give back what TLS has read: what is discarded need not be decrypted. */
        private void discardRead(ByteBuffer buffer) throws IOException {
            if (!discards) {
                discards = true;
                while (super.fill(buffer) > 0) {
                    BufferUtil.clear(buffer);
                }
            }
        }

        @Override
        public void fillInterested(Callback callback) {
            super.fillInterested(callback);
            client().onInputAwaited();
        }

        @Override
        protected void needsFillInterest() {
            if (isLingering()) {
                // Jetty would find again and again what has been read and is not decrypted.
                client().tryFillInterested(whileLingering);
            } else {
                super.needsFillInterest();
            }
        }

        @Override
        public void write(Callback callback, ByteBuffer... buffers) {
            client().request().onAnswer(BufferUtil.remaining(buffers));
            super.write(callback, buffers);
            client().onWritten();
        }

        @Override
        public void doShutdownOutput() {
            client().progress().onLastAnswer();
            super.doShutdownOutput();
        }
    }
}
