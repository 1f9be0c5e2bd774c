package io.braid.serving.worker;

import io.braid.peer.PeerProtocol;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who folds what, as the broker's description of the consumer groups says it: workers join with a
 * client id that advertises their address. Works with groups of both protocols. A thread asks twice
 * a second; while no broker answers, what it said last stands. Safe to share between threads.
 */
public final class Members implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Members.class);

  /** How long a new worker may go unasked; the description costs the broker next to nothing. */
  public static final Duration INTERVAL = Duration.ofMillis(500);

  private static final String REQUEST_TIMEOUT_MS = "2000";

  private static final Duration CLOSE_BOUND = Duration.ofSeconds(1);

  private final Admin admin;
  private final Map<String, String> topics;
  private final Duration interval;
  private final Thread thread;
  private final Map<String, String> troubles = new HashMap<>();
  private volatile Map<String, SortedMap<String, Set<Integer>>> known = Map.of();

  /**
   * Starts to ask.
   *
   * @param kafka client properties, with {@code bootstrap.servers}
   * @param topics what each group reads, by group
   */
  public Members(Map<String, String> kafka, Map<String, String> topics, Duration interval) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    this.admin = Admin.create(settings);
    this.topics = Map.copyOf(topics);
    this.interval = interval;
    this.thread = new Thread(this::follow, "braid-members");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Returns the workers of a group by address, each with the partitions that the group gave it;
   * empty until the broker has answered once.
   */
  public SortedMap<String, Set<Integer>> of(String group) {
    return known.getOrDefault(group, Collections.emptySortedMap());
  }

  /** Returns the addresses of a group's workers. */
  public Set<String> addresses(String group) {
    return of(group).keySet();
  }

  private void follow() {
    try {
      while (true) {
        try {
          ask();
        } catch (KafkaException e) {
          topics.keySet().forEach(group -> told(group, String.valueOf(e.getMessage())));
        }
        Thread.sleep(interval.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void ask() throws InterruptedException {
    Map<String, SortedMap<String, Set<Integer>>> next = new HashMap<>(known);
    Map<String, KafkaFuture<ConsumerGroupDescription>> asked =
        admin.describeConsumerGroups(topics.keySet()).describedGroups();
    for (Map.Entry<String, KafkaFuture<ConsumerGroupDescription>> group : asked.entrySet()) {
      String name = group.getKey();
      try {
        next.put(name, workers(group.getValue().get(), topics.get(name)));
        told(name, "");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof GroupIdNotFoundException) {
          next.put(name, Collections.emptySortedMap()); // nobody has joined yet
          told(name, "");
        } else {
          told(name, String.valueOf(e.getCause().getMessage()));
        }
      }
    }
    known = next;
  }

  private static SortedMap<String, Set<Integer>> workers(
      ConsumerGroupDescription group, String topic) {
    SortedMap<String, Set<Integer>> workers = new TreeMap<>();
    for (MemberDescription member : group.members()) {
      Optional<String> address = PeerProtocol.address(member.clientId());
      if (address.isPresent()) {
        Set<Integer> partitions = workers.computeIfAbsent(address.get(), unused -> new TreeSet<>());
        member.assignment().topicPartitions().stream()
            .filter(partition -> partition.topic().equals(topic))
            .map(TopicPartition::partition)
            .forEach(partitions::add);
      }
    }
    return Collections.unmodifiableSortedMap(workers);
  }

  /** Says once what is wrong, and once that it is over. */
  private void told(String group, String trouble) {
    String before = troubles.put(group, trouble);
    if (!trouble.isEmpty() && (before == null || before.isEmpty())) {
      LOG.warn("Cannot ask who is in group {}: {}; the last answer stands", group, trouble);
    } else if (trouble.isEmpty() && before != null && !before.isEmpty()) {
      LOG.info("The broker says again who is in group {}", group);
    }
  }

  /** Asks no more. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSE_BOUND.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    admin.close(Duration.ZERO);
  }
}
