// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.List;
import java.util.stream.Stream;

/** What the Pod Security Standards demand of a pod at their level <em>restricted</em>, and what we add to it. */
final class Restricted {

    private Restricted() {}

    static void check(PodSpec pod) {
        assertThat(Stream.of(pod.getHostNetwork(), pod.getHostPID(), pod.getHostIPC()))
                .allMatch(shared -> !Boolean.TRUE.equals(shared));
        // Of the kinds of volumes that the level allows, the two that are used.
        assertThat(pod.getVolumes()).allMatch(volume -> volume.getEmptyDir() != null || volume.getSecret() != null);
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(65534);
        assertThat(pod.getSecurityContext().getRunAsGroup()).isEqualTo(65534);
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getSecurityContext().getSysctls()).isEmpty();
        assertThat(pod.getInitContainers()).isEmpty();
        assertThat(pod.getEphemeralContainers()).isEmpty();
        assertThat(pod.getContainers()).isNotEmpty().allSatisfy(Restricted::check);
    }

    private static void check(Container container) {
        SecurityContext context = container.getSecurityContext();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(context.getCapabilities().getDrop()).isEqualTo(List.of("ALL"));
        assertThat(context.getCapabilities().getAdd()).isEmpty();
        assertThat(context.getPrivileged()).isNull();
        // Nothing here weakens what the pod says.
        assertThat(context.getRunAsUser()).isNull();
        assertThat(context.getRunAsNonRoot()).isNull();
        assertThat(context.getSeccompProfile()).isNull();
        assertThat(context.getProcMount()).isNull();
        assertThat(context.getSeLinuxOptions()).isNull();
        assertThat(container.getPorts())
                .allSatisfy(port -> assertThat(port.getHostPort()).isNull());
        assertThat(container.getResources().getLimits()).containsOnlyKeys("cpu", "memory");
        assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
    }
}
