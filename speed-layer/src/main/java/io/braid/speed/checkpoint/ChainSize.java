package io.braid.speed.checkpoint;

/**
 * How much a recovery has to read: what decides when a base is written anew.
 *
 * @param baseBytes of the base's file
 * @param deltaBytes of all deltas' files behind it
 * @param deltas how many these are
 */
public record ChainSize(long baseBytes, long deltaBytes, int deltas) {

  /**
   * So that a recovery has few files to read. With a checkpoint every ten seconds a base is written
   * at least every three minutes.
   */
  private static final int MOST_DELTAS = 20;

  /** Before anything is written: a base is due. */
  public static final ChainSize NONE = new ChainSize(0, 0, 0);

  /** Returns the size with a new base. */
  public ChainSize withBase(long bytes) {
    return new ChainSize(bytes, 0, 0);
  }

  /** Returns the size with one more delta. */
  public ChainSize withDelta(long bytes) {
    return new ChainSize(baseBytes, deltaBytes + bytes, deltas + 1);
  }

  /**
   * Returns whether the next checkpoint is to be a base: when it is small, or when the deltas are
   * 20 or take more than half of what the base takes. So what is written in all is at most some
   * three times what the deltas alone would take, or that and a base every 20 checkpoints.
   *
   * @param deltasAboveBytes a base that takes less is written anew every time
   */
  public boolean isBaseDue(long deltasAboveBytes) {
    return baseBytes == 0
        || baseBytes < deltasAboveBytes
        || deltas >= MOST_DELTAS
        || deltaBytes > baseBytes / 2;
  }
}
