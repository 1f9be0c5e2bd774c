/**
 * Typed columns and the batches made of them: what decoders produce and folds consume.
 *
 * <p>A {@link io.braid.column.Column} is an immutable run of values of one {@link
 * io.braid.column.ColumnType}, NULLs included. Strings are dictionary-coded, so that filters and
 * group look-ups touch each distinct text once. Timestamps are epoch milliseconds, dates epoch
 * days.
 */
package io.braid.column;
