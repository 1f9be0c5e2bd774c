/**
 * Generations: the folds of a source that started at one cut, fed by the worker and read by
 * queries.
 *
 * <p>A {@link io.braid.speed.generation.PartitionFeed} brings each batch of a partition to every
 * fold that has joined it, under one lock, so that a reader sees a state between two batches. A new
 * generation catches up on its own and joins when it has come as far as the feed.
 */
package io.braid.speed.generation;
