package io.braid.speed.sink;

import io.braid.log.Delivery;
import java.util.Collection;
import java.util.Map;

/**
 * Takes what leaves Braid from the owner of partitions, and keeps the position up to which it has
 * been emitted. What a crash, a failure or a move of a partition does to outputs is its {@link
 * Delivery}.
 *
 * <p>The caller asks for the {@link #committed} position of a partition it comes to own, emits from
 * there on in offset order, and {@linkplain #commit commits} now and then; before it gives a
 * partition away, too. After an {@link UndeliveredException} the sink takes nothing until the
 * caller has {@linkplain #resume resumed}; it goes on folding meanwhile. One thread uses a sink.
 */
public interface Sink extends AutoCloseable {

  /**
   * Opens a sink. No broker is asked before it is first used.
   *
   * @param kafka client properties, with {@code bootstrap.servers}
   * @param transactionalId names this sink among all that live, and is the same when its process
   *     comes back: then what the former one left open is ended at once. Used by exactly-once
   * @param positions of the partitions that the caller owns
   */
  static Sink open(
      Delivery delivery,
      Map<String, String> kafka,
      String transactionalId,
      SinkPositions positions) {
    return switch (delivery) {
      case AT_MOST_ONCE -> new AtMostOnceSink(kafka, positions);
      case AT_LEAST_ONCE -> new AtLeastOnceSink(kafka, positions);
      case EXACTLY_ONCE -> new ExactlyOnceSink(kafka, transactionalId, positions);
    };
  }

  /** Returns the level of this sink. */
  Delivery delivery();

  /**
   * Returns from where outputs have to be emitted, without those partitions of which nothing has
   * ever been committed. Waits some seconds at most.
   *
   * @throws UndeliveredException when it is not known yet
   */
  Map<Integer, Long> committed(Collection<Integer> partitions);

  /**
   * Takes an output. Blocks for a second at most, and not at all after a failure.
   *
   * @throws UndeliveredException when this or an earlier output cannot be sent
   */
  void emit(Output output);

  /** Returns whether so much is held that the caller should commit before it reads on. */
  boolean isFull();

  /**
   * Makes what was emitted count, and returns when outputs and position stand as the level
   * promises. Without outputs since the last one, the position alone is committed about once a
   * second; in between, this returns at once.
   *
   * @param offsets by partition: all outputs below have been given, and none at or above
   * @throws UndeliveredException when they do not stand, or it is not known whether they do
   * @throws IllegalArgumentException when an output was given that is not below the offsets
   */
  void commit(Map<Integer, Long> offsets);

  /**
   * Gives up what was emitted since the last commit, and returns from where to emit again, as
   * {@link #committed} does. To be called after a failure, and whenever the caller reads again from
   * an earlier offset. After a failure this fails at once until a pause is over, from a quarter of
   * a second up to ten seconds when nothing gets through.
   *
   * @param partitions that the caller owns; all others are forgotten
   * @throws UndeliveredException when the sink cannot be used yet
   */
  Map<Integer, Long> resume(Collection<Integer> partitions);

  /** Returns what this sink has done. Safe to ask from any thread. */
  SinkFigures figures();

  /** Closes the sink within two seconds. What was not committed does not count. */
  @Override
  void close();
}
