/**
 * Queries: batch ⊕ speed, rolled up, finished, ordered and paged, with a statement of what the
 * answer covers.
 *
 * <p>{@link io.braid.serving.query.Queries} plans and answers, {@link
 * io.braid.serving.query.ServedSource} holds what a source is served from, {@link
 * io.braid.serving.query.BatchViews} reads Parquet through DuckDB. Times are epoch milliseconds,
 * ranges half-open.
 */
package io.braid.serving.query;
