package io.braid.benchmark;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** How long one row took, beside the score for the whole of them. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Rows {
  private long rows;
  private long startNs;
  private long takenNs;

  /** Forgets the last iteration. */
  @Setup(Level.Iteration)
  public void clear() {
    rows = 0;
    takenNs = 0;
  }

  void begin() {
    startNs = System.nanoTime();
  }

  void end(int count) {
    takenNs += System.nanoTime() - startNs;
    rows += count;
  }

  /** Returns nanoseconds a row. */
  public double perRow() {
    return (double) takenNs / rows;
  }
}
