/** The HTTP interface of the gateway: a servlet that answers and a filter that logs. */
@NullMarked
package io.github.kubeoidc.gateway.web;

import org.jspecify.annotations.NullMarked;
