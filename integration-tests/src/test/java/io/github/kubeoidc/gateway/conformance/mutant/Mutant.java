// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

/**
 * A gateway with one fault: a piece of its source text is replaced by another.
 *
 * @param check the name of the check that has to notice
 * @param fault the fault in words
 * @param file the class in whose source it is
 * @param from the text, which is there once
 * @param to what takes its place
 */
record Mutant(String check, String fault, String file, String from, String to) {}
