/**
 * The archive: every record of a topic as Parquet, from the origin on without a gap.
 *
 * <p>{@link io.braid.batch.archive.Archiver} reads what the listing says is next, up to a position
 * given in offsets, exclusive. A file gets its name, which is its offset range, when it is whole.
 * What is raw in it never changes; {@link io.braid.batch.archive.ArchiveRenewal} brings the decoded
 * columns beside it up to date after a change of the source's definition.
 */
package io.braid.batch.archive;
