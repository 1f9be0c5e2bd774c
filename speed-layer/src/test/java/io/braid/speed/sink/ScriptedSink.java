package io.braid.speed.sink;

import io.braid.log.Delivery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/**
 * A sink that fails when it is told to, and keeps what stands in memory: outputs count when they
 * are committed, with the position. Safe to share.
 */
public final class ScriptedSink implements Sink {

  private final SinkFigures figures = new SinkFigures();
  private final List<Long> held = new ArrayList<>();
  private final List<Long> delivered = new ArrayList<>();
  private final Map<Integer, Long> positions = new TreeMap<>();
  private final Semaphore gate = new Semaphore(Integer.MAX_VALUE / 2);
  private int failures;
  private int resumed;
  private boolean down;
  private boolean broken;
  private boolean refusing;
  private boolean closed;

  /** Has the next calls that can fail do so. */
  public synchronized void failNext(int times) {
    failures = times;
  }

  /** Has nothing return from committing until {@link #open}. */
  public void block() {
    gate.drainPermits();
  }

  /** Returns whether somebody waits to commit. */
  public boolean isBlocked() {
    return gate.hasQueuedThreads();
  }

  /** Lets commits through. */
  public void open() {
    gate.release(Integer.MAX_VALUE / 2);
  }

  /** Returns the offsets of outputs that stand, in the order of commits. */
  public synchronized List<Long> delivered() {
    return List.copyOf(delivered);
  }

  /** Returns up to where outputs stand. */
  public synchronized Map<Integer, Long> positions() {
    return Map.copyOf(positions);
  }

  /** Returns how often somebody went on after a failure. */
  public synchronized int resumed() {
    return resumed;
  }

  public synchronized boolean isClosed() {
    return closed;
  }

  /** Has the next call that can fail do so in a way that no sink should. */
  public synchronized void breakDown() {
    broken = true;
  }

  /** Has the topic take nothing, though the positions can be asked for. */
  public synchronized void refuse(boolean refusing) {
    this.refusing = refusing;
  }

  private void mayFail() {
    if (broken) {
      throw new IllegalStateException("the sink is broken");
    }
    if (down || failures > 0) {
      failures--;
      down = true;
      held.clear();
      throw new UndeliveredException("the sink was told to fail", false, null);
    }
  }

  private Map<Integer, Long> known(Collection<Integer> partitions) {
    Map<Integer, Long> known = new HashMap<>(positions);
    known.keySet().retainAll(partitions);
    return known;
  }

  @Override
  public Delivery delivery() {
    return Delivery.EXACTLY_ONCE;
  }

  @Override
  public synchronized Map<Integer, Long> committed(Collection<Integer> partitions) {
    mayFail();
    return known(partitions);
  }

  @Override
  public synchronized void emit(Output output) {
    mayFail();
    held.add(output.origin().offset());
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public void commit(Map<Integer, Long> offsets) {
    gate.acquireUninterruptibly();
    synchronized (this) {
      mayFail();
      if (refusing) {
        down = true;
        held.clear();
        throw new UndeliveredException("the topic takes nothing", false, null);
      }
      delivered.addAll(held);
      held.clear();
      positions.putAll(offsets);
    }
  }

  @Override
  public synchronized Map<Integer, Long> resume(Collection<Integer> partitions) {
    if (failures > 0) {
      failures--;
      throw new UndeliveredException("the sink is not back yet", false, null);
    }
    down = false;
    resumed++;
    held.clear();
    return known(partitions);
  }

  @Override
  public SinkFigures figures() {
    return figures;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
