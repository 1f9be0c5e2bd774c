/**
 * The fold: decoded batches of one partition in, views and their carry out.
 *
 * <p>A {@link io.braid.fold.PartitionFold} consumes a contiguous offset range in offset order:
 * deduplicate, judge lateness, evaluate the metrics' expressions, update accumulators. What it must
 * bring across a split of the log is its {@link io.braid.fold.Carry}. Batch, speed and replay run
 * this code and no other.
 */
package io.braid.fold;
