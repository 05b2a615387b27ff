// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.List;
import java.util.stream.Stream;

/** What the Pod Security Standards demand of a pod at their level <em>restricted</em>. */
final class Restricted {

    private Restricted() {}

    static void check(PodSpec pod) {
        assertThat(Stream.of(pod.getHostNetwork(), pod.getHostPID(), pod.getHostIPC()))
                .allMatch(shared -> !Boolean.TRUE.equals(shared));
        // Of the kinds of volumes that the level allows, those that are used.
        assertThat(pod.getVolumes())
                .allMatch(volume -> volume.getEmptyDir() != null
                        || volume.getSecret() != null
                        || volume.getPersistentVolumeClaim() != null);
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat((Object) pod.getSecurityContext().getRunAsUser()).isNotEqualTo(0L);
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
        assertThat((Object) context.getRunAsNonRoot()).isNotEqualTo(false);
        assertThat(context.getSeccompProfile()).isNull();
        assertThat(context.getProcMount()).isNull();
        assertThat(context.getSeLinuxOptions()).isNull();
        assertThat(container.getPorts())
                .allSatisfy(port -> assertThat(port.getHostPort()).isNull());
    }
}
