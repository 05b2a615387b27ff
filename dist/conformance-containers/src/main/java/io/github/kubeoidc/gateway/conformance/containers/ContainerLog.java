// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.github.kubeoidc.gateway.conformance.process.ListeningLine;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Takes what the engine tells of a container's two streams, in pieces that end anywhere, and makes whole lines of it. */
final class ContainerLog extends ResultCallback.Adapter<Frame> {

    private final List<String> output = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private volatile @Nullable URI address;
    private volatile boolean complete;

    @Override
    public void onNext(Frame frame) {
        if (frame.getStreamType() == StreamType.STDERR) {
            errors.writeBytes(frame.getPayload());
            return;
        }
        for (byte b : frame.getPayload()) {
            if (b == '\n') {
                add(unfinished.toString(StandardCharsets.UTF_8));
                unfinished.reset();
            } else {
                unfinished.write(b);
            }
        }
    }

    private void add(String line) {
        output.add(line);
        if (address == null) {
            address = ListeningLine.address(line);
        }
    }

    @Override
    public void onComplete() {
        if (unfinished.size() > 0) {
            add(unfinished.toString(StandardCharsets.UTF_8));
        }
        complete = true;
        super.onComplete();
    }

    /** Where the gateway listens, as soon as it has said so. */
    @Nullable
    URI address() {
        return address;
    }

    /** Whether the container has ended and all that it wrote has been read. */
    boolean isComplete() {
        return complete;
    }

    /** The lines of standard output so far. */
    List<String> output() {
        return List.copyOf(output);
    }

    /** Standard error so far. */
    String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }
}
