package io.braid.speed.sink;

import java.util.ArrayList;
import java.util.List;

/** Outputs that wait for their commit: arrays that the caller has read anyway, no copies. */
final class HeldOutputs {

  /** About four fetches of a partition. */
  private static final long FULL_BYTES = 16 << 20;

  /** Of an output's objects and the headers by Braid. */
  private static final int OVERHEAD_BYTES = 512;

  private final List<Output> outputs = new ArrayList<>();
  private long bytes;

  void add(Output output) {
    outputs.add(output);
    bytes += OVERHEAD_BYTES + output.bytes();
  }

  List<Output> all() {
    return outputs;
  }

  void clear() {
    outputs.clear();
    bytes = 0;
  }

  boolean isFull() {
    return bytes > FULL_BYTES;
  }
}
