// SPDX-License-Identifier: Apache-2.0
/** The checks as tests of JUnit Jupiter. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.junit;

import org.jspecify.annotations.NullMarked;
