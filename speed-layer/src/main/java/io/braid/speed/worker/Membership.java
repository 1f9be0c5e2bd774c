package io.braid.speed.worker;

import io.braid.log.KafkaSettings;
import io.braid.log.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as a member of the consumer group of a source: the group says which partitions it
 * owns, and its client id, {@code braid@host:port}, tells servers where to read them.
 *
 * <p>A consumer that reads nothing, in a thread of its own: reading does not depend on how the
 * group is doing, because folds are deterministic and two that fold the same partition do no harm.
 * Brokers that know the {@code consumer} protocol (KIP-848) are spoken to in it, others in the
 * classic one with cooperative rebalancing (KIP-429).
 */
final class Membership implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

  /** How long a partition that goes elsewhere may take to be handed over. */
  private static final Duration HAND_OVER = Duration.ofSeconds(5);

  /** Of which what is handed over takes some hundred milliseconds when a broker answers. */
  private static final Duration LEAVE = Duration.ofSeconds(2);

  private static final Duration CLOSE_BOUND = Duration.ofMillis(2_500);

  /** Is told what the group decides, in the thread of the membership. */
  interface Listener {

    /** Partitions are owned from now on. */
    void assigned(Set<Integer> partitions);

    /** Partitions go to other members as soon as the returned future is done. */
    Future<?> revoked(Set<Integer> partitions);

    /** Partitions belong to others already: this member was taken for dead. */
    void lost(Set<Integer> partitions);
  }

  private final String topic;
  private final String group;
  private final Listener listener;
  private final Map<String, String> kafka;
  private final String clientId;
  private final BlockingQueue<Runnable> calls = new LinkedBlockingQueue<>();
  private final AtomicReference<String> trouble = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean ended;

  // Of the thread alone, once that is started.
  private Consumer<byte[], byte[]> consumer;
  private boolean fellBack;

  /**
   * Makes a member that has not joined yet.
   *
   * @param clientId what others read of it
   */
  Membership(
      Map<String, String> kafka,
      Topics topics,
      String topic,
      String group,
      String clientId,
      Listener listener) {
    this.topic = topic;
    this.group = group;
    this.listener = listener;
    this.kafka = kafka;
    this.clientId = clientId;
    this.consumer = open(topics.haveConsumerProtocol());
    this.thread = Daemons.named("braid-member-" + group).newThread(this::run);
  }

  private Consumer<byte[], byte[]> open(boolean newProtocol) {
    Map<String, Object> settings = KafkaSettings.consumer(kafka);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, "5000"); // new partitions are found by it
    settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    settings.remove(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
    settings.remove(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);
    settings.remove(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
    if (newProtocol) {
      settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
    } else {
      settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
      settings.put(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          CooperativeStickyAssignor.class.getName());
      settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000");
      settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "2000");
    }
    return new KafkaConsumer<>(settings);
  }

  /** Brokers may know the new protocol and be told not to speak it. */
  private void fallBack(UnsupportedVersionException e) {
    LOG.info("The group {} is joined by the classic protocol: {}", group, e.getMessage());
    consumer.close(CloseOptions.timeout(Duration.ZERO));
    consumer = open(false);
    consumer.subscribe(List.of(topic), new Assignment());
    fellBack = true;
  }

  void join() {
    thread.start();
  }

  /** Returns what keeps this process from the group, in words. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble.get());
  }

  /**
   * Has the member's consumer do something in its own thread, and returns what came of it.
   *
   * @throws KafkaException when that failed, or took too long
   */
  <T> T call(Function<Consumer<byte[], byte[]>, T> what) {
    if (Thread.currentThread() == thread) {
      return what.apply(consumer);
    }
    CompletableFuture<T> done = new CompletableFuture<>();
    calls.add(
        () -> {
          if (done.isDone()) {
            return; // nobody waits any more
          }
          try {
            done.complete(what.apply(consumer));
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    if (ended) {
      answerCalls(); // nobody else does any more; what is closed says so
    }
    try {
      return done.get(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka
          ? kafka
          : new KafkaException("Cannot ask the group " + group, e.getCause());
    } catch (TimeoutException e) {
      done.cancel(false);
      throw new KafkaException("The group %s does not answer".formatted(group), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("Interrupted while asking the group " + group, e);
    }
  }

  private void run() {
    try {
      consumer.subscribe(List.of(topic), new Assignment());
      while (!stopping) {
        try {
          consumer.poll(POLL);
          trouble.set(null);
        } catch (UnsupportedVersionException e) {
          if (fellBack) {
            stumble(e);
          } else {
            fallBack(e);
          }
        } catch (KafkaException e) {
          stumble(e);
        }
        answerCalls();
      }
    } catch (RuntimeException | Error e) {
      trouble.set("Left the group %s: %s".formatted(group, e));
      LOG.error("Left the group {}", group, e);
    } finally {
      // What is owned is handed over on the way, see Assignment.
      consumer.close(CloseOptions.timeout(LEAVE));
      ended = true;
      answerCalls();
    }
  }

  private void answerCalls() {
    for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
      call.run();
    }
  }

  private void stumble(KafkaException e) {
    if (trouble.getAndSet("The group %s: %s".formatted(group, e.getMessage())) == null) {
      LOG.warn("The group {}, trying again: {}", group, e.getMessage());
    }
    try {
      Thread.sleep(RETRY.toMillis());
    } catch (InterruptedException interrupted) {
      stopping = true;
    }
  }

  private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
    Set<Integer> numbers = new TreeSet<>();
    partitions.forEach(partition -> numbers.add(partition.partition()));
    return numbers;
  }

  /** Passes on what the group decides. */
  private final class Assignment implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // First of all: a consumer that is fenced meanwhile refuses the rest, and asks no more.
      listener.assigned(numbers(partitions));
      // Never read here; but without a position a consumer looks for one, and fails.
      partitions.forEach(partition -> consumer.seek(partition, 0));
      consumer.pause(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      Future<?> handedOver = listener.revoked(numbers(partitions));
      long deadline = System.nanoTime() + HAND_OVER.toNanos();
      // What is handed over ends with a commit, which is called for here.
      while (!handedOver.isDone() && System.nanoTime() < deadline) {
        try {
          Runnable call = calls.poll(5, TimeUnit.MILLISECONDS);
          if (call != null) {
            call.run();
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
      if (!handedOver.isDone()) {
        LOG.warn("Partitions {} of {} are left before they were handed over", partitions, topic);
      }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      LOG.warn(
          "The group {} took this process for dead; partitions {} are lost", group, partitions);
      listener.lost(numbers(partitions));
    }
  }

  /** Hands over what is owned and leaves the group, without waiting for it. */
  void leave() {
    stopping = true;
  }

  /** Hands over what is owned and leaves the group; waits for that 2.5 s at most. */
  @Override
  public void close() {
    leave();
    try {
      thread.join(CLOSE_BOUND.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
