// SPDX-License-Identifier: Apache-2.0
/** What an answer costs inside the process, measured by JMH. */
package io.github.kubeoidc.gateway.benchmark;
