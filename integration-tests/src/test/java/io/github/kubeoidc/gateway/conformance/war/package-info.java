// SPDX-License-Identifier: Apache-2.0
/** The WAR in real servlet containers. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.war;

import org.jspecify.annotations.NullMarked;
