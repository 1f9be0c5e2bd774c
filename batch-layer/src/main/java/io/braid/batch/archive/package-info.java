/**
 * The archive: every record of a topic as immutable Parquet, from the origin on without a gap.
 *
 * <p>{@link io.braid.batch.archive.Archiver} reads what the listing says is next, up to a position
 * given in offsets, exclusive. A file gets its name, which is its offset range, when it is whole.
 */
package io.braid.batch.archive;
