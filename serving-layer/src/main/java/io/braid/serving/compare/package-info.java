/**
 * Comparisons: two views of one source at one position, row by row.
 *
 * <p>{@link io.braid.serving.compare.Comparisons} runs them as jobs and keeps their documents in
 * the store; replays come from the speed layer through {@link io.braid.serving.compare.ReplayJobs}.
 * Rows are equal when every value is, to the last bit.
 */
package io.braid.serving.compare;
