package io.braid.definition;

import io.braid.fold.MetricPlan;

/**
 * One SQL statement over one source.
 *
 * @param name of the metric
 * @param source the name of the source it reads
 * @param sql as written
 * @param plan the compiled statement
 * @param fingerprint of what a view of this metric holds: of the normalised plan, the source's
 *     decoding and rules, and the semantics version; 16 hex digits
 */
public record Metric(String name, String source, String sql, MetricPlan plan, String fingerprint) {}
