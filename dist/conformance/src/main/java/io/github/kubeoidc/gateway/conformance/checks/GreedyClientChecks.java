// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** 1.7: clients that take no answer, hold connections, or begin many requests, and what honest ones notice of them. */
final class GreedyClientChecks {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final String GET = TestBed.request("GET", JWKS);
    private static final int MAX_CONNECTIONS = 10_000;

    /** Above what a busy machine may be late. */
    private static final Duration LATE = Duration.ofSeconds(30);

    private GreedyClientChecks() {}

    static void checks(CheckList list) {
        greedyClients(list);
        unfinishedHeads(list);
    }

    private static void greedyClients(CheckList list) {
        Consumer<ApiServerStandIn> large = upstream -> upstream.jwks().serve(ConnectionChecks.largeKeySet(400_000));
        list.must("40 clients that pipeline and never read are closed and delay nobody", Map.of(), large, bed -> {
            bed.prime();
            long threads = bed.gateway().threads();
            byte[] requests = GET.repeat(100).getBytes(StandardCharsets.US_ASCII);
            bed.withClients(40, clients -> {
                clients.forEach(client -> client.offer(requests));
                // Once their requests have begun, the honest one's is the youngest.
                for (int i = 0; i < 20; i++) {
                    Expect.that(bed.get("/nothing")).status(404);
                }
                honestClientIsFast(bed, Duration.ofSeconds(5));
                long more = bed.gateway().threads() - threads;
                Expect.holds(more < 30, "40 clients that never read cost " + more + " threads");
                Await.until(
                        LATE,
                        "100 requests with answers of 400 kB, never read, to end in a close of all 40 connections",
                        () -> clients.stream().noneMatch(client -> client.offer(new byte[] {'\r'})));
            });
        });
        // A gateway with less memory may have a lower cap.
        list.must("at a cap of 10,000 connections or less the longest-idle ones are closed", Map.of(), bed -> {
            // For one gateway at a time: those of two are more files than many a process may open.
            synchronized (GreedyClientChecks.class) {
                longestIdleMakesRoom(bed);
            }
        });
    }

    private static void longestIdleMakesRoom(TestBed bed) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(bed.baseUri().getHost(), bed.baseUri().getPort());
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int i = 0; i < MAX_CONNECTIONS + 50; i++) {
                idle.add(SocketChannel.open(address));
            }
            Expect.that(bed.getJwks()).status(200);
            for (SocketChannel channel : idle) {
                channel.configureBlocking(false);
            }
            // Those of the first moments are equally idle; which of them go is the gateway's choice.
            List<SocketChannel> older = idle.subList(0, MAX_CONNECTIONS / 2);
            Await.until(
                    LATE,
                    "50 of the longer-idle ones among " + idle.size() + " connections to be closed",
                    () -> older.stream().filter(GreedyClientChecks::ended).count() >= 50);
            Expect.holds(!ended(idle.get(idle.size() - 1)), "the newest of " + idle.size() + " connections was closed");
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }

    /** Some forty times their 8 KiB is what a parser may make of heads with very many fields. */
    private static void unfinishedHeads(CheckList list) {
        String start = "GET " + JWKS + " HTTP/1.1\r\nHost: x\r\n";
        unfinishedHeads(list, "95 fields", start + ("a: " + "b".repeat(75) + "\r\n").repeat(95));
        unfinishedHeads(list, "1,900 fields", start + "a:\r\n".repeat(1900));
    }

    private static void unfinishedHeads(CheckList list, String what, String head) {
        list.should("700 unfinished heads of " + what + " cost nobody an answer", Map.of(), bed -> {
            bed.prime();
            bed.withClients(700, clients -> {
                clients.forEach(client -> client.send(head));
                honestClientIsFast(bed, Duration.ofSeconds(2));
            });
        });
    }

    private static boolean ended(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    static void honestClientIsFast(TestBed bed, Duration time) {
        Await.whileHolds(
                time,
                "an honest request is answered within 8 s",
                () -> Concurrently.time(() -> Expect.that(bed.getJwks()).status(200))
                                .toMillis()
                        < 8000);
    }
}
