package io.braid.fold;

import io.braid.time.PartitionTime;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What a range of the log changes of the carry: how far event time came, and the ids that were
 * touched. {@link Carry#followedBy} makes the carry at the end of the range of that at its start.
 */
public final class CarryChange {

  private final PartitionTime time;
  private final long[] touched;

  /**
   * Makes a change.
   *
   * @param touched (upper half, lower half, watermark) of each id, in the order of touching
   */
  CarryChange(PartitionTime time, long[] touched) {
    this.time = time;
    this.touched = touched;
  }

  /** Returns how far event time had come at the end of the range. */
  public PartitionTime time() {
    return time;
  }

  /** Returns the number of bytes that the touched ids take, in memory and written. */
  public long bytes() {
    return (long) touched.length * Long.BYTES;
  }

  /** Takes the touched ids into a memory that stands at the start of the range. */
  void applyTo(DuplicateMemory memory) {
    for (int i = 0; i < touched.length; i += 3) {
      memory.remember(touched[i], touched[i + 1], touched[i + 2], touched[i + 2]);
    }
  }

  /** Writes times, the number of longs, and these. */
  public void write(DataOutput out) throws IOException {
    out.writeLong(time.highestMs());
    out.writeLong(time.lastTimestampMs());
    out.writeInt(touched.length);
    for (long word : touched) {
      out.writeLong(word);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static CarryChange read(DataInput in) throws IOException {
    PartitionTime time = new PartitionTime(in.readLong(), in.readLong());
    long[] touched = new long[in.readInt()];
    for (int i = 0; i < touched.length; i++) {
      touched[i] = in.readLong();
    }
    return new CarryChange(time, touched);
  }
}
