// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.AGAIN;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.HALF_CLOSES;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.HANGS_UP;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.NEVER_READS;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.RESETS;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Many connections that misbehave, on one thread, so that the machine is left to the gateway and its honest clients. */
final class HostileClients {

    private static final Pattern ANSWER =
            Pattern.compile("HTTP/1\\.1 (\\d{3})[^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n", Pattern.DOTALL);
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)\r\n");
    private static final int KEPT = 64 * 1024;
    private static final int SMALL_BUFFER = 4096;

    private final InetSocketAddress server;
    private final Behaviour behaviour;
    private final ByteBuffer in = ByteBuffer.allocate(KEPT);
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private int opened;
    private int open;

    private HostileClients(URI server, Behaviour behaviour) {
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
        this.behaviour = behaviour;
    }

    /**
     * What became of them.
     *
     * @param outcomes how many connections ended with each answer, or in a close without one
     * @param open how many were open in the end
     */
    record Fate(Map<String, Integer> outcomes, int open) {}

    /** Lets clients behave in that way for its time, or until all connections have ended. */
    static Fate run(URI server, Behaviour behaviour, Runnable eachSecond) throws IOException {
        HostileClients clients = new HostileClients(server, behaviour);
        clients.run(eachSecond);
        return new Fate(clients.outcomes, clients.open);
    }

    private void run(Runnable eachSecond) throws IOException {
        long begun = System.nanoTime();
        long end = begun + behaviour.time().toNanos();
        long nextSecond = begun;
        try (Selector selector = Selector.open()) {
            try {
                while (System.nanoTime() < end
                        && (behaviour.is(AGAIN) || opened < behaviour.connections() || open > 0)) {
                    while (mayOpen(begun)) {
                        open(selector);
                    }
                    selector.select(this::proceed, 10);
                    if (System.nanoTime() - nextSecond > 0) {
                        nextSecond += 1_000_000_000;
                        eachSecond.run();
                    }
                    if (behaviour.bytesPerSecond() > 0) {
                        List.copyOf(selector.keys()).forEach(this::dribble);
                    }
                }
            } finally {
                for (SelectionKey key : List.copyOf(selector.keys())) {
                    key.channel().close();
                }
            }
        }
    }

    private boolean mayOpen(long begun) {
        boolean another = behaviour.is(AGAIN) ? open < behaviour.connections() : opened < behaviour.connections();
        double seconds = (System.nanoTime() - begun) / 1e9;
        return another && opened < seconds * behaviour.newPerSecond() + 1;
    }

    private void open(Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open();
        if (behaviour.is(NEVER_READS)) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
        }
        if (behaviour.is(RESETS)) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        channel.configureBlocking(false);
        List<byte[]> scripts = behaviour.scripts();
        byte[] script = scripts.isEmpty() ? new byte[0] : scripts.get(opened % scripts.size());
        Client client = new Client(ByteBuffer.wrap(script), new ByteArrayOutputStream(), System.nanoTime());
        opened++;
        open++;
        // On loopback it may be connected at once, and then no selector says so.
        boolean connected = channel.connect(server);
        SelectionKey key = channel.register(selector, connected ? interest(client) : SelectionKey.OP_CONNECT, client);
        if (connected && behaviour.is(HANGS_UP)) {
            end(key, client);
        }
    }

    private record Client(ByteBuffer out, ByteArrayOutputStream in, long begun) {}

    private void proceed(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        Client client = (Client) key.attachment();
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                key.interestOps(interest(client));
                if (behaviour.is(HANGS_UP)) {
                    end(key, client);
                    return;
                }
            }
            if (key.isWritable() && behaviour.bytesPerSecond() == 0) {
                write(key, channel, client, client.out().remaining());
            }
            if (key.isReadable() && !behaviour.is(NEVER_READS)) {
                int bytes = channel.read(in.clear());
                if (bytes < 0) {
                    end(key, client);
                } else if (client.in().size() < KEPT) {
                    client.in().write(in.array(), 0, bytes);
                }
            }
        } catch (IOException e) {
            end(key, client);
        }
    }

    private int interest(Client client) {
        boolean writes = client.out().hasRemaining() && behaviour.bytesPerSecond() == 0;
        return (writes ? SelectionKey.OP_WRITE : 0) | (behaviour.is(NEVER_READS) ? 0 : SelectionKey.OP_READ);
    }

    private void write(SelectionKey key, SocketChannel channel, Client client, int most) throws IOException {
        ByteBuffer out = client.out();
        int limit = out.limit();
        out.limit(Math.min(limit, out.position() + most));
        try {
            channel.write(out);
        } catch (IOException e) {
            // What the gateway answered before it closed is still to be read.
            out.position(limit);
            if (behaviour.is(NEVER_READS)) {
                throw e;
            }
        } finally {
            out.limit(limit);
        }
        if (!out.hasRemaining()) {
            key.interestOps(interest(client));
            if (behaviour.is(HALF_CLOSES)) {
                channel.shutdownOutput();
            }
        }
    }

    private void dribble(SelectionKey key) {
        Client client = (Client) key.attachment();
        if (!key.isValid() || !((SocketChannel) key.channel()).isConnected()) {
            return;
        }
        double seconds = (System.nanoTime() - client.begun()) / 1e9;
        int due =
                (int) (seconds * behaviour.bytesPerSecond()) + 1 - client.out().position();
        if (due > 0 && client.out().hasRemaining()) {
            try {
                write(key, (SocketChannel) key.channel(), client, due);
            } catch (IOException e) {
                end(key, client);
            }
        }
    }

    private void end(SelectionKey key, Client client) {
        try {
            key.channel().close();
        } catch (IOException e) {
            // It is gone either way.
        }
        open--;
        outcomes.merge(outcome(client.in().toString(StandardCharsets.ISO_8859_1)), 1, Integer::sum);
    }

    /** The statuses that came back; and what is wrong with them by CONTRACT 1.4, in words that no table expects. */
    private static String outcome(String received) {
        List<String> statuses = new ArrayList<>();
        int at = 0;
        Matcher answer = ANSWER.matcher(received);
        while (answer.find(at) && answer.start() == at) {
            String status = answer.group(1);
            String fields = answer.group(2).toLowerCase(Locale.ROOT);
            Matcher length = LENGTH.matcher(answer.group(2));
            int body = length.find() ? Integer.parseInt(length.group(1)) : 0;
            at = Math.min(answer.end() + body, received.length());
            String text = received.substring(answer.end(), at);
            boolean plain = fields.contains("content-type: text/plain") && fields.contains("cache-control: no-store");
            boolean wordy = text.contains("<") || text.length() > 200 || fields.contains("server:");
            statuses.add(status.startsWith("2") || plain && !wordy ? status : status + " not plain: " + text);
        }
        if (at < received.length()) {
            statuses.add("no answer: " + received.substring(at, Math.min(received.length(), at + 40)));
        }
        return statuses.isEmpty()
                ? "a close"
                : String.join(" ", statuses.stream().distinct().toList());
    }
}
