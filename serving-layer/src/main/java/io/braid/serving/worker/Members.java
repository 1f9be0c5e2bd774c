package io.braid.serving.worker;

import io.braid.log.GroupMember;
import io.braid.log.Topics;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
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

  private static final Duration CLOSE_BOUND = Duration.ofSeconds(1);

  private final Topics broker;
  private final Map<String, String> topics;
  private final Duration interval;
  private final Thread thread;
  private final Map<String, String> troubles = new HashMap<>();
  private final Map<String, SortedMap<String, Set<Integer>>> known = new ConcurrentHashMap<>();

  /**
   * Starts to ask.
   *
   * @param broker that knows the groups
   * @param topics what each group reads, by group
   */
  public Members(Topics broker, Map<String, String> topics, Duration interval) {
    this.broker = broker;
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
        topics.forEach(this::ask);
        Thread.sleep(interval.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    } catch (IllegalStateException e) {
      LOG.debug("Nobody is asked for members any more", e); // closed while asking
    }
  }

  private void ask(String group, String topic) {
    try {
      known.put(group, workers(broker.members(group), topic));
      told(group, "");
    } catch (RuntimeException | Error e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e; // closed while asking
      }
      told(group, String.valueOf(e.getMessage()));
    }
  }

  private static SortedMap<String, Set<Integer>> workers(List<GroupMember> members, String topic) {
    SortedMap<String, Set<Integer>> workers = new TreeMap<>();
    for (GroupMember member : members) {
      member
          .address()
          .ifPresent(
              address ->
                  workers
                      .computeIfAbsent(address, unused -> new TreeSet<>())
                      .addAll(member.partitions(topic)));
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
  }
}
