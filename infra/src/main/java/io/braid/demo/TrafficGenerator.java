package io.braid.demo;

import io.braid.client.EventSender;
import io.braid.client.Pacer;
import io.braid.client.SendException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes playback events to a topic from a thread of its own: first a history, as fast as it can,
 * with event times that lead up to the present; then live traffic at the pace of the clock, until
 * closed.
 *
 * <p>Its methods may be called from any thread.
 */
public final class TrafficGenerator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrafficGenerator.class);

  private final EventSender sender;
  private final Plan plan;
  private final InstantSource clock;
  private final PlaybackEvents events;
  private final CompletableFuture<SortedMap<Integer, Long>> historyEnd = new CompletableFuture<>();
  private volatile boolean closing;
  private final Thread thread = new Thread(this::run, "demo-traffic");

  /**
   * What to write.
   *
   * @param historyEvents how many events of the past are written first
   * @param history how far that past reaches back
   * @param liveRate live events a second after that
   * @param seed of the made-up values; a topic that keeps its events wants another seed each time,
   *     since event ids repeat with the seed
   */
  public record Plan(int historyEvents, Duration history, double liveRate, long seed) {}

  private TrafficGenerator(EventSender sender, Plan plan, InstantSource clock) {
    this.sender = sender;
    this.plan = plan;
    this.clock = clock;
    this.events = new PlaybackEvents(new Random(plan.seed()));
  }

  /**
   * Connects and begins.
   *
   * @throws SendException when no broker answers or the topic does not exist
   */
  public static TrafficGenerator start(
      String bootstrapServers, String topic, Plan plan, InstantSource clock)
      throws SendException, InterruptedException {
    EventSender sender = EventSender.connect(bootstrapServers, topic);
    TrafficGenerator generator = new TrafficGenerator(sender, plan, clock);
    generator.thread.setDaemon(true);
    generator.thread.start();
    return generator;
  }

  /** Returns how many events the broker has acknowledged so far. */
  public long sent() {
    return sender.acknowledged();
  }

  /**
   * Waits until the history is written, and returns partition → offset behind its last event.
   *
   * @throws SendException when it could not be written
   */
  public SortedMap<Integer, Long> awaitHistory() throws SendException, InterruptedException {
    try {
      return historyEnd.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SendException failure) {
        throw failure;
      }
      throw new IllegalStateException("The traffic generator failed", e.getCause());
    }
  }

  /** Stops writing; what was sent is given 2 s to arrive. */
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join(3_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sender.close();
  }

  private void run() {
    try {
      writeHistory();
      historyEnd.complete(sender.position());
      writeLive();
    } catch (SendException | RuntimeException e) {
      if (!historyEnd.completeExceptionally(e) && !closing) {
        log.warn("The demo's traffic has stopped: {}", e.getMessage());
      }
    } catch (InterruptedException e) {
      historyEnd.completeExceptionally(e);
    }
  }

  private void writeHistory() throws SendException {
    long endMs = clock.millis();
    double stepMs = (double) plan.history().toMillis() / Math.max(1, plan.historyEvents());
    for (int i = 0; i < plan.historyEvents() && !closing; i++) {
      send(endMs - (long) ((plan.historyEvents() - i) * stepMs));
    }
    sender.flush();
  }

  private void writeLive() throws SendException, InterruptedException {
    Pacer pacer = new Pacer(plan.liveRate());
    while (!closing) {
      pacer.await();
      send(clock.millis());
    }
  }

  private void send(long nowMs) throws SendException {
    PlaybackEvents.Event event = events.next(nowMs);
    sender.send(
        event.key().getBytes(StandardCharsets.UTF_8),
        event.value().getBytes(StandardCharsets.UTF_8),
        "a demo event");
  }
}
