package io.braid.speed.checkpoint;

import io.braid.fold.Carry;
import io.braid.fold.CarryChange;
import io.braid.fold.PartitionSnapshot;
import io.braid.fold.SnapshotCodec;
import io.braid.store.Store;
import io.braid.view.ViewSchema;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.fs.Path;

/**
 * The bytes of a checkpoint file: a head that says what it is of, the carry or what changed of it,
 * the snapshot, and at the end the length and a CRC-32C of all before. The byte table stands in
 * this module's README.
 *
 * <p>The check comes before anything else is looked at: no length of a damaged file is believed.
 * CRC-32C (Castagnoli et al., Optimization of Cyclic Redundancy-Check Codes, IEEE Transactions on
 * Communications 41(6), 1993) notices every flipped bit and every burst of up to 32.
 */
final class CheckpointFile {

  private static final int VERSION = 1;
  private static final int NO_EPOCH = -1;
  private static final int TRAILER_BYTES = Long.BYTES + Integer.BYTES;
  private static final int BUFFER_BYTES = 1 << 16;

  private CheckpointFile() {}

  /**
   * What a file is of.
   *
   * @param carryFingerprint of the source
   * @param fingerprints of the metrics whose views it holds, in their order
   * @param leaderEpoch of the last record below the end
   */
  record Head(
      String topicId,
      String generation,
      int partition,
      CheckpointName range,
      OptionalInt leaderEpoch,
      String carryFingerprint,
      List<String> fingerprints) {

    private void write(DataOutputStream out) throws IOException {
      out.writeInt(VERSION);
      out.writeBoolean(range.isBase());
      out.writeUTF(topicId);
      out.writeUTF(generation);
      out.writeInt(partition);
      out.writeLong(range.from());
      out.writeLong(range.to());
      out.writeInt(leaderEpoch.orElse(NO_EPOCH));
      out.writeUTF(carryFingerprint);
      out.writeInt(fingerprints.size());
      for (String fingerprint : fingerprints) {
        out.writeUTF(fingerprint);
      }
    }

    private static Head read(DataInputStream in) throws IOException {
      int version = in.readInt();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "it is of version %d, expected %d".formatted(version, VERSION));
      }
      boolean isBase = in.readBoolean();
      String topicId = in.readUTF();
      String generation = in.readUTF();
      int partition = in.readInt();
      CheckpointName range = new CheckpointName(in.readLong(), in.readLong(), isBase);
      int epoch = in.readInt();
      String carryFingerprint = in.readUTF();
      List<String> fingerprints = new ArrayList<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        fingerprints.add(in.readUTF());
      }
      return new Head(
          topicId,
          generation,
          partition,
          range,
          epoch == NO_EPOCH ? OptionalInt.empty() : OptionalInt.of(epoch),
          carryFingerprint,
          fingerprints);
    }
  }

  /** What stands between head and snapshot: a {@link Carry} or a {@link CarryChange}. */
  interface Middle {
    void writeTo(DataOutputStream out) throws IOException;
  }

  /** Writes a file and returns its length. */
  static long write(Head head, Middle middle, PartitionSnapshot snapshot, OutputStream file)
      throws IOException {
    CRC32C sum = new CRC32C();
    CountingStream counting = new CountingStream(new CheckedOutputStream(file, sum));
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(counting, BUFFER_BYTES));
    head.write(out);
    middle.writeTo(out);
    SnapshotCodec.write(snapshot, out);
    out.flush();
    out.writeLong(counting.bytes);
    out.flush();
    out.writeInt((int) sum.getValue());
    out.flush();
    return counting.bytes;
  }

  /** DataOutputStream counts in an int, which a large file overflows. */
  private static final class CountingStream extends OutputStream {

    private final OutputStream to;
    private long bytes;

    CountingStream(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int b) throws IOException {
      to.write(b);
      bytes++;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      to.write(from, offset, length);
      bytes += length;
    }

    @Override
    public void flush() throws IOException {
      to.flush();
    }
  }

  /** A file open behind its head. */
  static final class Opened implements AutoCloseable {

    private final DataInputStream in;
    private final Head head;

    private Opened(DataInputStream in, Head head) {
      this.in = in;
      this.head = head;
    }

    Head head() {
      return head;
    }

    /** Reads the carry of a base; to be called once, first. */
    Carry carry() throws IOException {
      return Carry.read(in);
    }

    /** Reads what a delta changes of the carry; to be called once, first. */
    CarryChange change() throws IOException {
      return CarryChange.read(in);
    }

    /** Reads the snapshot; to be called last. */
    PartitionSnapshot snapshot(List<ViewSchema> schemas) throws IOException {
      PartitionSnapshot snapshot = SnapshotCodec.read(in, schemas);
      in.skipNBytes(TRAILER_BYTES);
      if (in.read() >= 0) {
        throw new IOException("it goes on behind its end");
      }
      return snapshot;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /**
   * Reads a file from end to end and returns its length.
   *
   * @throws UnusableFileException when its length or its check does not fit
   * @throws VanishedFileException when it is gone
   */
  static long verify(Store store, Path path, CheckpointName name)
      throws UnusableFileException, VanishedFileException {
    CRC32C sum = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    // The last bytes read, which are length and check if nothing comes behind them.
    int held = 0;
    long length = 0;
    try (InputStream in = store.open(path).orElseThrow(() -> new VanishedFileException(name))) {
      for (int read = in.read(buffer, held, buffer.length - held);
          read >= 0;
          read = in.read(buffer, held, buffer.length - held)) {
        length += read;
        held += read;
        int summed = Math.max(0, held - TRAILER_BYTES);
        sum.update(buffer, 0, summed);
        System.arraycopy(buffer, summed, buffer, 0, held - summed);
        held -= summed;
      }
    } catch (IOException | RuntimeException e) {
      throw unreadable(name, e);
    }
    ByteBuffer trailer = ByteBuffer.wrap(buffer);
    if (length < TRAILER_BYTES || trailer.getLong() != length - TRAILER_BYTES) {
      throw new UnusableFileException(
          name, true, "it is cut short, or not whole: %d bytes".formatted(length), null);
    }
    sum.update(buffer, 0, Long.BYTES);
    if (trailer.getInt() != (int) sum.getValue()) {
      throw new UnusableFileException(
          name, true, "it is damaged: the check at its end does not fit", null);
    }
    return length;
  }

  private static UnusableFileException unreadable(CheckpointName name, Exception e) {
    return new UnusableFileException(name, false, "it cannot be read: " + e.getMessage(), e);
  }

  /**
   * Opens a file that {@link #verify} found whole.
   *
   * @throws UnusableFileException when its head cannot be read, or is of another version
   * @throws VanishedFileException when it is gone
   */
  static Opened open(Store store, Path path, CheckpointName name)
      throws UnusableFileException, VanishedFileException {
    InputStream file;
    try {
      file = store.open(path).orElseThrow(() -> new VanishedFileException(name));
    } catch (RuntimeException e) {
      throw unreadable(name, e);
    }
    DataInputStream in = new DataInputStream(new BufferedInputStream(file, BUFFER_BYTES));
    try {
      return new Opened(in, Head.read(in));
    } catch (IOException | RuntimeException e) {
      try {
        in.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw new UnusableFileException(
          name, !(e instanceof IOException), "its head cannot be read: " + e.getMessage(), e);
    }
  }
}
