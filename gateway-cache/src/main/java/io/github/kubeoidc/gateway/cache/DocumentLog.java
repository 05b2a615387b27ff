// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentMembers;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.api.PublicUrl;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs how fetches ended, and those members of the documents that relying parties depend on. */
final class DocumentLog {
    private static final Logger LOG = LoggerFactory.getLogger(DocumentLog.class);
    private static final int MAX_URL = 256;

    private final Events events;
    private final KeyChanges keyChanges;

    /** What is published in place of upstream's; {@code null} where that is. */
    private final @Nullable String publishedJwksUri;

    // What the first good documents say, until both are there. Under the lock.
    private @Nullable String issuer;
    private @Nullable String jwksUri;
    private int keys;
    private boolean told;

    /**
     * Begins with nothing told.
     *
     * @param ticker a monotonic clock in nanoseconds
     * @param publishedJwksUri what is published in place of upstream's {@code jwks_uri}, {@code null} where that is
     * @param events counts the same
     */
    DocumentLog(LongSupplier ticker, @Nullable String publishedJwksUri, Events events) {
        this.events = events;
        this.keyChanges = new KeyChanges(ticker, events);
        this.publishedJwksUri = publishedJwksUri;
    }

    /**
     * Tells of a fetch that was good.
     *
     * @param old what was served before it
     * @param failures how many fetches had failed in a row
     * @param took how long it took
     */
    void fetched(@Nullable Entry old, Entry fetched, Document document, int failures, Duration took) {
        DocumentKind kind = document.kind();
        events.fetchEnded(kind, null, took);
        if (failures > 0) {
            LOG.info("path={} fetched again after {} failed", kind.path(), failures);
        }
        if (kind == DocumentKind.DISCOVERY) {
            tellChangedIssuer(old, fetched);
        } else if (old != null) {
            keyChanges.accepted(old.body, fetched.body);
        }
        tellFirst(document);
    }

    /**
     * Tells of a fetch that failed.
     *
     * @param age how long ago the document was fetched that is served instead, in nanoseconds, {@code null} if there is none
     * @param took how long it took
     */
    void failed(DocumentKind kind, Throwable failure, @Nullable Long age, Duration took) {
        // What nobody foresaw, as a thread that could not be started, is no fault of upstream's.
        events.fetchEnded(kind, failure instanceof FetchException e ? e.outcome() : Outcome.IO, took);
        LOG.warn(
                "path={} fetch failed: {}; {}",
                kind.path(),
                failure instanceof FetchException
                        ? failure.getMessage()
                        : "unexpected " + failure.getClass().getSimpleName(),
                age == null
                        ? "there is no document to serve"
                        : "the document fetched " + Duration.ofNanos(age).toSeconds() + "s ago is served");
        LOG.debug("path={} fetch failed", kind.path(), failure);
    }

    private static void tellChangedIssuer(@Nullable Entry old, Entry fetched) {
        if (old != null && old.issuer != null && !old.issuer.equals(fetched.issuer)) {
            LOG.warn(
                    "path={} issuer changed from {} to {}: relying parties that trust the old one refuse new tokens",
                    DocumentKind.DISCOVERY.path(),
                    LogText.escape(old.issuer, MAX_URL),
                    LogText.escape(String.valueOf(fetched.issuer), MAX_URL));
        }
    }

    /** Once both documents have been fetched, logs issuer, address and keys, and warns of those that relying parties cannot use. */
    private void tellFirst(Document document) {
        First first;
        synchronized (this) {
            if (told) {
                return;
            }
            if (document.kind() == DocumentKind.DISCOVERY) {
                issuer = document.issuer();
                jwksUri = publishedJwksUri == null ? DocumentMembers.jwksUri(document.json()) : publishedJwksUri;
            } else {
                keys = DocumentMembers.keys(document.json()).number();
            }
            if (issuer == null || jwksUri == null || keys == 0) {
                return;
            }
            told = true;
            first = new First(issuer, jwksUri, keys, publishedJwksUri == null);
        }
        first.tell();
    }

    private record First(String issuer, String jwksUri, int keys, boolean isJwksUriOfUpstream) {
        void tell() {
            LOG.info(
                    "first documents: issuer={} jwks_uri={} keys={}",
                    LogText.escape(issuer, MAX_URL),
                    LogText.escape(jwksUri, MAX_URL),
                    keys);
            warnUnlessPublic("issuer", issuer);
            if (isJwksUriOfUpstream) {
                warnUnlessPublic("jwks_uri", jwksUri);
            }
        }

        private static void warnUnlessPublic(String member, String url) {
            String problem = PublicUrl.problem(url);
            if (problem != null) {
                LOG.warn("{} {} {}: relying parties cannot use it", member, LogText.escape(url, MAX_URL), problem);
            }
        }
    }
}
