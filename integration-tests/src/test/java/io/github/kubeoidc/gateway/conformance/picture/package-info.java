// SPDX-License-Identifier: Apache-2.0
/** Pictures of real runs, over their time: what {@code integration-tests/pictures} draws. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.picture;

import org.jspecify.annotations.NullMarked;
