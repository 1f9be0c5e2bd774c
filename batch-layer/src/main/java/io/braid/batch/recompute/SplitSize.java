package io.braid.batch.recompute;

/**
 * How much of a partition's archive makes a task of its own: a task takes whole files until it has
 * as many offsets or as many bytes.
 *
 * @param offsets at least one
 * @param bytes on disk, at least one
 */
public record SplitSize(long offsets, long bytes) {

  /** Some seconds of work, beside which starting a task and warming up are little. */
  public static final SplitSize DEFAULT = new SplitSize(2_000_000, 256L << 20);

  public SplitSize {
    if (offsets < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "Invalid split size: %d offsets, %d bytes, must be > 0".formatted(offsets, bytes));
    }
  }
}
