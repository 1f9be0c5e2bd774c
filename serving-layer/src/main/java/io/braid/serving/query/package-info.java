/**
 * Queries: batch ⊕ speed, rolled up, finished, ordered and paged, with a statement of what the
 * answer covers. Times are epoch milliseconds, ranges half-open.
 */
package io.braid.serving.query;
