/**
 * The recompute: the shared fold over the whole archive, by tasks that each take a stretch of a
 * partition, all metrics in one scan, merged by key into a run of typed Parquet files.
 *
 * <p>{@link io.braid.batch.recompute.Recompute} plans, {@code FoldTask} runs the fold over Spark's
 * columnar batches, {@code MergeTask} merges what tasks made of one bucket of keys and writes it.
 * Between tasks everything travels as bytes of the shared codecs.
 */
package io.braid.batch.recompute;
