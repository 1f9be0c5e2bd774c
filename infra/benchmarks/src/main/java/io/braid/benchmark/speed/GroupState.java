package io.braid.benchmark.speed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A group's state as the bytes that Kafka Streams stores: five words, then the hashes of its users
 * in a table with open addressing. Changed in place, so that nothing is serialized at an update.
 */
final class GroupState {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLES =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int PLAYS = 0;
  private static final int ERRORS = 8;
  private static final int TOTAL_MS = 16;
  private static final int MAX_MS = 24;
  private static final int VIEWERS = 32;
  private static final int TABLE = 40;
  private static final int FIRST_SLOTS = 16;

  private GroupState() {}

  /** Returns the state of a group without an event. */
  static byte[] empty() {
    return new byte[TABLE + 8 * FIRST_SLOTS];
  }

  /**
   * Returns the state with the event that was read last; the given one, changed, if it has room.
   */
  static byte[] add(byte[] state, PlaybackReader event) {
    LONGS.set(state, PLAYS, (long) LONGS.get(state, PLAYS) + 1);
    if (event.isError()) {
      LONGS.set(state, ERRORS, (long) LONGS.get(state, ERRORS) + 1);
    }
    if (event.isTimed()) {
      double latencyMs = event.latencyMs();
      DOUBLES.set(state, TOTAL_MS, (double) DOUBLES.get(state, TOTAL_MS) + latencyMs);
      DOUBLES.set(state, MAX_MS, Math.max((double) DOUBLES.get(state, MAX_MS), latencyMs));
    }
    long viewers = (long) LONGS.get(state, VIEWERS);
    byte[] room = 2 * viewers < slots(state) ? state : doubled(state);
    if (insert(room, event.userHash())) {
      LONGS.set(room, VIEWERS, viewers + 1);
    }
    return room;
  }

  private static int slots(byte[] state) {
    return (state.length - TABLE) / 8;
  }

  private static byte[] doubled(byte[] state) {
    byte[] larger = new byte[TABLE + 2 * (state.length - TABLE)];
    System.arraycopy(state, 0, larger, 0, TABLE);
    for (int at = TABLE; at < state.length; at += 8) {
      long hash = (long) LONGS.get(state, at);
      if (hash != 0) {
        insert(larger, hash);
      }
    }
    return larger;
  }

  /** An empty slot is 0; a hash of 0 is taken for 1. */
  private static boolean insert(byte[] state, long hash) {
    long stored = hash == 0 ? 1 : hash;
    int mask = slots(state) - 1;
    int slot = (int) stored & mask;
    while (true) {
      long there = (long) LONGS.get(state, TABLE + 8 * slot);
      if (there == stored) {
        return false;
      }
      if (there == 0) {
        LONGS.set(state, TABLE + 8 * slot, stored);
        return true;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** Returns the sum with one more row. */
  static Totals plus(Totals sum, byte[] state) {
    return new Totals(
        sum.rows() + 1,
        sum.plays() + (long) LONGS.get(state, PLAYS),
        sum.errors() + (long) LONGS.get(state, ERRORS),
        sum.totalMs() + (double) DOUBLES.get(state, TOTAL_MS),
        Math.max(sum.maxMs(), (double) DOUBLES.get(state, MAX_MS)),
        sum.viewers() + (long) LONGS.get(state, VIEWERS));
  }
}
