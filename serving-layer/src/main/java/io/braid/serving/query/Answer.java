package io.braid.serving.query;

import java.util.Optional;

/**
 * One page of the answer to a query.
 *
 * @param metric its name
 * @param view which view was asked for, as written
 * @param rows of all pages
 * @param from the page's first row, inclusive
 * @param to the page's end, exclusive
 * @param provenance of all pages
 * @param next the cursor of the page that follows; empty on the last
 */
public record Answer(
    String metric,
    String view,
    FinishedRows rows,
    int from,
    int to,
    Provenance provenance,
    Optional<String> next) {}
