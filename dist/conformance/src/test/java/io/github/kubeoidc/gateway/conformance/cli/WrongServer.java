// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server on loopback that treats each connection as a test says, until it is closed. */
final class WrongServer implements AutoCloseable {

    private final ServerSocket listener;
    private final Behaviour behaviour;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private WrongServer(ServerSocket listener, Behaviour behaviour) {
        this.listener = listener;
        this.behaviour = behaviour;
    }

    /** What is done with a connection, which is closed afterwards. */
    @FunctionalInterface
    interface Behaviour {
        void treat(InputStream in, OutputStream out) throws IOException;
    }

    static WrongServer start(Behaviour behaviour) {
        try {
            WrongServer server = new WrongServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), behaviour);
            daemon(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers every request with these bytes. */
    static WrongServer answering(byte[] answer) {
        return start((in, out) -> {
            while (readHead(in)) {
                out.write(answer);
            }
        });
    }

    static WrongServer answering(String answer) {
        return answering(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** Reads the head of a request; false where the client has closed. */
    static boolean readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return false;
            }
            head.append((char) octet);
        }
        return true;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                daemon(() -> treat(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void treat(Socket socket) {
        try (socket) {
            behaviour.treat(socket.getInputStream(), socket.getOutputStream());
        } catch (IOException e) {
            // The client has gone.
        } finally {
            open.remove(socket);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "wrong-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
