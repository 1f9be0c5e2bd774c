package io.braid.fold;

import io.braid.time.PartitionTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
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
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length + 20);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeLong(time.highestMs());
      out.writeLong(time.lastTimestampMs());
      out.write(ids);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Returns the carry that {@link #encode} made these bytes of.
   *
   * @throws IllegalArgumentException when the bytes are of another version or cut short
   */
  public static Carry decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readInt();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "Cannot decode a carry of version %d, expected %d".formatted(version, VERSION));
      }
      PartitionTime time = new PartitionTime(in.readLong(), in.readLong());
      return new Carry(time, in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot decode a carry: it is cut short", e);
    }
  }
}
