package io.braid.speed.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** What the three levels have in common: when a sink fails, pauses and goes on, and positions. */
abstract class KafkaSink implements Sink {

  /** Without outputs the position only saves reading at the next start. */
  private static final long POSITION_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(250).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final SinkPositions positions;
  private final SinkFigures figures = new SinkFigures();

  /** By partition, the offset behind the last output since the last commit. */
  private final Map<Integer, Long> emitted = new HashMap<>();

  /** By partition, the offset behind the highest output ever given. */
  private final Map<Integer, Long> highest = new HashMap<>();

  /** By partition, the offset below which nothing is left to emit. */
  private final Map<Integer, Long> done = new HashMap<>();

  /** By partition, the committed offset; it may lag behind where there are no outputs. */
  private final Map<Integer, Long> stored = new HashMap<>();

  private UndeliveredException trouble;
  private long resumeNanos;
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private long positionNanos = System.nanoTime() - POSITION_INTERVAL_NANOS;

  KafkaSink(SinkPositions positions) {
    this.positions = positions;
  }

  final SinkPositions positions() {
    return positions;
  }

  @Override
  public final SinkFigures figures() {
    return figures;
  }

  /** Takes or sends an output; a {@link KafkaException} is a failure. */
  abstract void give(Output output);

  /** Returns once everything given and the offsets stand; a {@link KafkaException} is a failure. */
  abstract void deliver(Map<Integer, Long> offsets);

  /** Returns once the offsets stand, when nothing was given; fails as {@link #deliver} does. */
  void deliverPosition(Map<Integer, Long> offsets) {
    positions.commit(offsets);
  }

  /** Gives up what was given since the last delivery. */
  abstract void takeBack();

  /** Makes sure that nothing of a former attempt or life can change the positions any more. */
  abstract void settle();

  @Override
  public final Map<Integer, Long> committed(Collection<Integer> partitions) {
    checkUsable();
    partitions.forEach(done::remove);
    stored.clear();
    try {
      settle();
      return positions.committed(partitions);
    } catch (KafkaException e) {
      throw fail("Cannot learn the positions that were emitted up to", e);
    }
  }

  @Override
  public final void emit(Output output) {
    checkUsable();
    int partition = output.origin().partition();
    long next = output.origin().offset() + 1;
    if (next <= highest.getOrDefault(partition, 0L)) {
      figures.countEmittedAgain();
    } else {
      highest.put(partition, next);
    }
    emitted.merge(partition, next, Math::max);
    try {
      give(output);
    } catch (KafkaException e) {
      throw fail("Cannot send to %s".formatted(output.topic()), e);
    }
  }

  @Override
  public final void commit(Map<Integer, Long> offsets) {
    checkUsable();
    emitted.forEach(
        (partition, next) -> {
          if (offsets.getOrDefault(partition, 0L) < next) {
            throw new IllegalArgumentException(
                "Cannot commit %s: an output of partition %d offset %d was given, which is not below"
                    .formatted(offsets, partition, next - 1));
          }
        });
    long before = System.nanoTime();
    if (emitted.isEmpty()
        && (before - positionNanos < POSITION_INTERVAL_NANOS
            || stored.entrySet().containsAll(offsets.entrySet()))) {
      done.putAll(offsets);
      return;
    }
    try {
      if (emitted.isEmpty()) {
        deliverPosition(offsets);
      } else {
        deliver(offsets);
        pauseNanos = FIRST_PAUSE_NANOS;
      }
    } catch (KafkaException e) {
      throw fail("Outputs do not stand", e);
    }
    emitted.clear();
    done.putAll(offsets);
    stored.putAll(offsets);
    positionNanos = before;
    figures.countCommit(System.nanoTime() - before);
  }

  @Override
  public final Map<Integer, Long> resume(Collection<Integer> partitions) {
    if (trouble != null && System.nanoTime() - resumeNanos < 0) {
      throw again();
    }
    takeBack();
    emitted.clear();
    done.keySet().retainAll(partitions);
    stored.clear();
    Map<Integer, Long> from = new HashMap<>();
    try {
      settle();
      from.putAll(positions.committed(partitions));
    } catch (KafkaException e) {
      throw fail("Cannot go on emitting", e);
    }
    trouble = null;
    // What was passed over without an output may not have been committed yet.
    done.forEach((partition, offset) -> from.merge(partition, offset, Math::max));
    return from;
  }

  private void checkUsable() {
    if (trouble != null) {
      throw again();
    }
  }

  private UndeliveredException again() {
    return new UndeliveredException(trouble.getMessage(), trouble.anotherOwner(), trouble);
  }

  private UndeliveredException fail(String what, KafkaException e) {
    figures.countFailure();
    takeBack();
    boolean anotherOwner = isFenced(e);
    trouble =
        new UndeliveredException(
            anotherOwner
                ? "%s: another owner has taken over (%s)".formatted(what, e.getMessage())
                : "%s: %s".formatted(what, e.getMessage()),
            anotherOwner,
            e);
    resumeNanos = System.nanoTime() + pauseNanos;
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    return trouble;
  }

  /** A transaction that lasted too long is fenced by the broker itself, in the same words. */
  private static boolean isFenced(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CommitFailedException
          || cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException
          || cause instanceof FencedInstanceIdException
          || cause instanceof FencedMemberEpochException
          || cause instanceof StaleMemberEpochException
          || cause instanceof IllegalGenerationException
          || cause instanceof UnknownMemberIdException) {
        return true;
      }
    }
    return false;
  }
}
