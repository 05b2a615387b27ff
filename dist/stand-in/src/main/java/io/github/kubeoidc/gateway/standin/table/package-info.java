// SPDX-License-Identifier: Apache-2.0
/** What a gateway refuses, as tables: the one place where it is written down for unit tests, conformance kit and fault matrix. */
@NullMarked
package io.github.kubeoidc.gateway.standin.table;

import org.jspecify.annotations.NullMarked;
