package io.braid.speed.worker;

import io.braid.speed.figures.OutputStatus;
import io.braid.speed.sink.Output;
import io.braid.speed.sink.Sink;
import io.braid.speed.sink.UndeliveredException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives what leaves Braid to the sink, in a thread of its own, so that folding waits for neither a
 * transaction nor a sink that is down.
 *
 * <p>The reader hands over outputs together with the offset they reach up to. When the sink fails,
 * what it was given last is given again until it stands, and the rest is forgotten, as it is when
 * the sink takes less than comes; then the reader is asked to read again from where outputs stand.
 * Each asking begins another <em>turn</em> of the partition; what is handed over in an earlier one
 * is dropped.
 */
final class Emitter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Emitter.class);

  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(200);

  /** What is owned is handed over before, so that there is nothing left to emit. */
  private static final Duration CLOSE_BOUND = Duration.ofMillis(500);

  /** A sink that lags further makes the reader come again. */
  private static final long MOST_WAITING_BYTES = 32 << 20;

  /** What an output takes besides its bytes: objects, and its part of a list. */
  private static final int OUTPUT_BYTES = 500;

  /** What is handed over without outputs takes something, too. */
  private static final int MOST_HANDED_OVER = 50_000;

  /** What was given of a partition since the last commit: kept until it stands. */
  private static final class Given {

    private final List<Output> outputs = new ArrayList<>();

    /** All outputs below have been given. */
    private long next;
  }

  /** The reader, as the emitter sees it. */
  interface Reader {

    /**
     * Has outputs handed over from an offset on.
     *
     * @param offset empty: from where the log begins
     * @param turn to be named when they are
     */
    void emitFrom(int partition, OptionalLong offset, long turn);
  }

  private final String source;
  private final Sink sink;
  private final Reader reader;
  private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final Map<Integer, Long> committed = new ConcurrentHashMap<>();
  private final Queue<CompletableFuture<Void>> leaving = new ConcurrentLinkedQueue<>();
  private final AtomicReference<String> trouble = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean ended;

  // Of the thread alone.
  private final Map<Integer, Long> turns = new HashMap<>();
  private final Set<Integer> unasked = new HashSet<>();
  private final Map<Integer, Given> given = new TreeMap<>();
  private long givenBytes;
  private boolean failed;
  private long nextTurn;
  private long lastCommitNanos = System.nanoTime();

  Emitter(String source, Sink sink, Reader reader) {
    this.source = source;
    this.sink = sink;
    this.reader = reader;
    this.thread = new Thread(this::run, "braid-outputs-" + source);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Returns why outputs do not get through, in words. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble.get());
  }

  /** Returns up to where the outputs of a partition are known to have been emitted. */
  OptionalLong committed(int partition) {
    Long offset = committed.get(partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  /** Returns what has left Braid, and what waits to. */
  OutputStatus status() {
    return OutputStatus.of(waiting.get(), sink.figures());
  }

  /** Emits for a partition from now on; the reader will be asked. */
  void own(int partition) {
    work.add(() -> unasked.add(partition));
  }

  /** Emits what was handed over of some partitions, then no more; done when that is so. */
  Future<?> disown(Set<Integer> partitions) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    leaving.removeIf(CompletableFuture::isDone);
    leaving.add(done);
    work.add(
        () -> {
          try {
            commit();
          } finally {
            partitions.forEach(
                partition -> {
                  turns.remove(partition);
                  unasked.remove(partition);
                  given.remove(partition);
                  committed.remove(partition);
                });
            done.complete(null);
          }
        });
    if (ended) {
      done.complete(null);
    }
    return done;
  }

  /**
   * Hands over outputs of a partition, in the order of offsets.
   *
   * @param next all outputs below have been handed over
   * @return false when there is no room for them, or nobody emits them any more: nothing more is to
   *     be handed over in this turn
   */
  boolean offer(int partition, long turn, List<Output> outputs, long next) {
    if (ended) {
      return false;
    }
    if (waitingBytes.get() > MOST_WAITING_BYTES || work.size() > MOST_HANDED_OVER) {
      work.add(() -> beginAnew(partition, turn));
      return false;
    }
    int size = outputs.size();
    long bytes = 0;
    for (Output output : outputs) {
      bytes += output.size() + OUTPUT_BYTES;
    }
    waiting.addAndGet(size);
    long taken = bytes;
    waitingBytes.addAndGet(taken);
    work.add(
        () -> {
          try {
            emit(partition, turn, outputs, next);
          } finally {
            waiting.addAndGet(-size);
            waitingBytes.addAndGet(-taken);
          }
        });
    return true;
  }

  private void beginAnew(int partition, long turn) {
    if (turns.getOrDefault(partition, -1L) == turn) {
      commit();
      turns.remove(partition);
      unasked.add(partition);
    }
  }

  private void emit(int partition, long turn, List<Output> outputs, long next) {
    if (failed || turns.getOrDefault(partition, -1L) != turn) {
      return;
    }
    Given of = given.computeIfAbsent(partition, unused -> new Given());
    of.outputs.addAll(outputs);
    of.next = next;
    for (Output output : outputs) {
      givenBytes += output.size() + OUTPUT_BYTES;
    }
    try {
      outputs.forEach(sink::emit);
      if (sink.isFull() || givenBytes > MOST_WAITING_BYTES) {
        commit();
      }
    } catch (UndeliveredException e) {
      fail(e);
    }
  }

  private void run() {
    try {
      while (!stopping) {
        Runnable next = work.poll(COMMIT_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
          next.run();
        }
        if (failed) {
          resume();
        } else if (!unasked.isEmpty()) {
          ask();
        }
        if (System.nanoTime() - lastCommitNanos > COMMIT_INTERVAL.toNanos()) {
          commit();
        }
      }
      for (Runnable last = work.poll(); last != null; last = work.poll()) {
        last.run();
      }
      commit();
    } catch (InterruptedException e) {
      LOG.debug("Outputs of source {} are not waited for", source);
    } catch (RuntimeException | Error e) {
      trouble.set("The outputs of source %s stopped: %s".formatted(source, e));
      LOG.error("The outputs of source {} stopped", source, e);
    } finally {
      ended = true;
      answerLast();
      closeSink();
    }
  }

  /** Nobody emits any more: what waits is let go, and whoever waits for it is told. */
  private void answerLast() {
    work.clear();
    waiting.set(0);
    waitingBytes.set(0);
    leaving.forEach(done -> done.complete(null));
  }

  private void closeSink() {
    var unused = Thread.interrupted(); // a producer that is closed while interrupted stays open
    try {
      sink.close();
    } catch (RuntimeException e) {
      LOG.debug("The sink of source {} was not closed cleanly", source, e);
    }
  }

  private void commit() {
    lastCommitNanos = System.nanoTime();
    if (failed || given.isEmpty()) {
      return;
    }
    Map<Integer, Long> offsets = new HashMap<>();
    given.forEach((partition, of) -> offsets.put(partition, of.next));
    try {
      commit(offsets);
    } catch (UndeliveredException e) {
      fail(e);
    }
  }

  private void commit(Map<Integer, Long> offsets) {
    sink.commit(offsets);
    committed.putAll(offsets);
    given.clear();
    givenBytes = 0;
    trouble.set(null);
  }

  private void fail(UndeliveredException e) {
    failed = true;
    unasked.addAll(turns.keySet());
    turns.clear();
    if (trouble.getAndSet(e.getMessage()) == null) {
      LOG.warn("Source {}: {}; trying again", source, e.getMessage());
    }
  }

  /**
   * Gives what did not stand once more, and only when that stands has the reader come again: while
   * a topic takes nothing, the reader would only be kept from the end of the log.
   */
  private void resume() {
    try {
      Map<Integer, Long> from = new HashMap<>(sink.resume(Set.copyOf(unasked)));
      Map<Integer, Long> offsets = new HashMap<>();
      given.forEach(
          (partition, of) -> {
            long stands = from.getOrDefault(partition, 0L);
            of.outputs.stream()
                .filter(output -> output.origin().offset() >= stands)
                .forEach(sink::emit);
            if (of.next > stands) {
              offsets.put(partition, of.next);
            }
          });
      if (!offsets.isEmpty()) {
        commit(offsets);
        from.putAll(offsets);
      }
      given.clear();
      givenBytes = 0;
      begin(from);
      failed = false;
    } catch (UndeliveredException e) {
      LOG.debug("Source {}: {}", source, e.getMessage());
    }
  }

  private void ask() {
    try {
      begin(sink.committed(Set.copyOf(unasked)));
    } catch (UndeliveredException e) {
      fail(e);
    }
  }

  private void begin(Map<Integer, Long> from) {
    for (int partition : unasked) {
      long turn = nextTurn++;
      turns.put(partition, turn);
      Long offset = from.get(partition);
      reader.emitFrom(
          partition, offset == null ? OptionalLong.empty() : OptionalLong.of(offset), turn);
    }
    unasked.clear();
  }

  /** Emits what was handed over and closes the sink; waits for that half a second at most. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join(CLOSE_BOUND.toMillis());
      thread.interrupt(); // whatever it still waits for, nobody else does
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
