package io.braid.store;

import io.braid.fold.Carry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/** The carry at a run's cut, for each partition: {@code runs/<run>/carry}. */
public final class CarryFile {

  private CarryFile() {}

  /** Writes the carries of a run. */
  public static void write(Store store, String run, SortedMap<Integer, Carry> carries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(carries.size());
      for (var entry : carries.entrySet()) {
        byte[] carry = entry.getValue().encode();
        out.writeInt(entry.getKey());
        out.writeInt(carry.length);
        out.write(carry);
      }
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
   * @throws StoreException when there are none or they are damaged
   */
  public static SortedMap<Integer, Carry> read(Store store, String run) {
    Path file = file(store, run);
    byte[] bytes = store.read(file).orElseThrow(() -> new StoreException("Cannot find " + file));
    SortedMap<Integer, Carry> carries = new TreeMap<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
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

  private static Path file(Store store, String run) {
    return new Path(store.run(run), "carry");
  }
}
