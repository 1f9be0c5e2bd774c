/**
 * The HTTP API: paths, parameters, JSON and problem documents (RFC 9457).
 *
 * <p>{@link io.braid.serving.http.BraidServer} listens and leads requests to queries, comparisons
 * and, through {@link io.braid.serving.http.BatchJobs} and {@link
 * io.braid.serving.compare.ReplayJobs}, to the other layers. Instants are ISO-8601 in UTC with
 * milliseconds, field names snake_case.
 */
package io.braid.serving.http;
