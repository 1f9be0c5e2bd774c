package io.braid.fold;

import io.braid.time.PartitionTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What a fold brings across a split of the log: how far event time has come and which event ids it
 * remembers. A function of the records below the offset it was taken at, so that a fold continued
 * from it and a fold that never stopped agree.
 */
public final class Carry {

  private static final int VERSION = 1;

  /** The version and two times. */
  private static final int HEAD_BYTES = Integer.BYTES + 2 * Long.BYTES;

  /** The carry at the start of a log. */
  public static final Carry EMPTY = new Carry(PartitionTime.START, new byte[0]);

  private final PartitionTime time;
  private final byte[] ids;

  Carry(PartitionTime time, byte[] ids) {
    this.time = time;
    this.ids = ids;
  }

  /** Returns how far event time had come. */
  public PartitionTime time() {
    return time;
  }

  /** Returns how many ids are remembered, and how many bytes they take where they are stored. */
  public CarrySize size() {
    return new CarrySize(ids.length / DuplicateMemory.BYTES_A_SLOT, ids.length);
  }

  /** Returns the remembered ids as {@link DuplicateMemory} writes them; empty without any. */
  byte[] ids() {
    return ids;
  }

  /**
   * Returns the carry at the end of ranges that begin where this carry was taken and follow each
   * other.
   *
   * @param partition named in errors
   * @param rules that the ranges were folded by
   * @throws DuplicateBudgetException when there are more ids than the rules have room for
   */
  public Carry followedBy(List<CarryChange> changes, int partition, SourceRules rules) {
    if (changes.isEmpty()) {
      return this;
    }
    PartitionTime end = changes.get(changes.size() - 1).time();
    if (rules.deduplicateWithin().isEmpty()) {
      return new Carry(end, new byte[0]);
    }
    DuplicateMemory memory = DuplicateMemory.of(partition, rules);
    if (ids.length > 0) {
      memory.read(ids);
    }
    changes.forEach(change -> change.applyTo(memory));
    return new Carry(end, memory.write(end.highestMs() - rules.watermarkDelay().toMillis()));
  }

  /** Returns the carry as bytes: version, times, then ids as (hash, watermark), ascending. */
  public byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length + HEAD_BYTES);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  private void writeTo(DataOutput out) throws IOException {
    out.writeInt(VERSION);
    out.writeLong(time.highestMs());
    out.writeLong(time.lastTimestampMs());
    out.write(ids);
  }

  /** Writes the number of bytes that {@link #encode} returns, and these, without a copy of them. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(HEAD_BYTES + ids.length);
    writeTo(out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException when it is of another version
   */
  public static Carry read(DataInput in) throws IOException {
    int length = in.readInt();
    PartitionTime time = readTime(in);
    byte[] ids = new byte[length - HEAD_BYTES];
    in.readFully(ids);
    return new Carry(time, ids);
  }

  private static PartitionTime readTime(DataInput in) throws IOException {
    int version = in.readInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "Cannot decode a carry of version %d, expected %d".formatted(version, VERSION));
    }
    return new PartitionTime(in.readLong(), in.readLong());
  }

  /**
   * Returns the carry that {@link #encode} made these bytes of.
   *
   * @throws IllegalArgumentException when the bytes are of another version or cut short
   */
  public static Carry decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      PartitionTime time = readTime(in);
      return new Carry(time, in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot decode a carry: it is cut short", e);
    }
  }
}
