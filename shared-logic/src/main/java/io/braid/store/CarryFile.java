package io.braid.store;

import io.braid.fold.Carry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.Path;

/** The carry at a run's cut, for each partition: {@code runs/<run>/carry}. */
public final class CarryFile {

  private static final int VERSION = 2;

  private CarryFile() {}

  /** Writes the carries of a run. */
  public static void write(Store store, String run, SortedMap<Integer, Carry> carries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeInt(carries.size());
      for (var entry : carries.entrySet()) {
        byte[] carry = entry.getValue().encode();
        out.writeInt(entry.getKey());
        out.writeInt(carry.length);
        out.write(carry);
      }
      out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new IllegalStateException("Cannot write to memory", e);
    }
    if (!store.putIfAbsent(file(store, run), bytes.toByteArray())) {
      throw new StoreException("Cannot finish run %s: it has a carry already".formatted(run));
    }
  }

  /**
   * Reads the carries of a run.
   *
   * @throws StoreException when there are none, they are damaged, or of an earlier version
   */
  public static SortedMap<Integer, Carry> read(Store store, String run) {
    Path file = file(store, run);
    byte[] bytes = store.read(file).orElseThrow(() -> new StoreException("Cannot find " + file));
    int end = bytes.length - Integer.BYTES;
    if (end < 0 || ByteBuffer.wrap(bytes, end, Integer.BYTES).getInt() != checksum(bytes, end)) {
      throw new StoreException(
          "Cannot read %s: it is damaged, or written by an earlier version; recompute in full"
              .formatted(file));
    }
    SortedMap<Integer, Carry> carries = new TreeMap<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end))) {
      int version = in.readInt();
      if (version != VERSION) {
        throw new StoreException(
            "Cannot read %s: it is of version %d, known is %d; recompute in full"
                .formatted(file, version, VERSION));
      }
      int partitions = in.readInt();
      for (int i = 0; i < partitions; i++) {
        int partition = in.readInt();
        byte[] carry = new byte[in.readInt()];
        in.readFully(carry);
        carries.put(partition, Carry.decode(carry));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException("Cannot read %s: it is damaged".formatted(file), e);
    }
    return carries;
  }

  /**
   * Reads the carries of a run, one for each partition that its cut names: without it a fold would
   * begin there as if nothing came before.
   *
   * @throws StoreException as above, or when one is missing
   */
  public static SortedMap<Integer, Carry> read(Store store, RunManifest run) {
    SortedMap<Integer, Carry> carries = read(store, run.run());
    for (int partition : run.cut().partitions()) {
      if (!carries.containsKey(partition)) {
        throw new StoreException(
            "Cannot start from run %s: %s has no carry of partition %d, whose cut is %d"
                .formatted(
                    run.run(), file(store, run.run()), partition, run.cut().offset(partition)));
      }
    }
    return carries;
  }

  private static int checksum(byte[] bytes, int end) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, end);
    return (int) sum.getValue();
  }

  private static Path file(Store store, String run) {
    return new Path(store.run(run), "carry");
  }
}
