package io.braid.definition;

import io.braid.fold.MetricPlan;
import java.time.ZoneId;

/**
 * One SQL statement over one source.
 *
 * @param name of the metric
 * @param source the name of the source it reads
 * @param sql as written
 * @param timeZone that days, weeks and months of windows are those of
 * @param plan the compiled statement
 * @param fingerprint of what a view of this metric holds: of the normalised plan, the source's
 *     decoding and rules, and the semantics version; 16 hex digits
 */
public record Metric(
    String name, String source, String sql, ZoneId timeZone, MetricPlan plan, String fingerprint) {}
