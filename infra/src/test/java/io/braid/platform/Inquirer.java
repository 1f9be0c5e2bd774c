package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.client.ApiException;
import io.braid.client.TestingAnswer;
import io.braid.client.TestingBraid;
import io.braid.log.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Asks one server all the time, one metric after the other, and every fifth time for nothing but
 * whole answers. What it was told is looked at afterwards.
 */
final class Inquirer implements AutoCloseable {

  private final TestingBraid braid;
  private final List<String> metrics;
  private final Duration pause;
  private final List<TestingAnswer> told = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final SortedMap<Integer, Long> floor = new TreeMap<>();
  private final Thread thread = new Thread(this::run, "inquirer");
  private int asked;
  private int answered;
  private int partial;
  private int refused;
  private volatile boolean stopping;

  Inquirer(TestingBraid braid, List<String> metrics, Duration pause) {
    this.braid = braid;
    this.metrics = metrics;
    this.pause = pause;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!stopping) {
        ask(metrics.get(asked % metrics.size()), asked % 5 == 0);
        asked++;
        Thread.sleep(pause.toMillis());
      }
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private void ask(String metric, boolean whole) throws InterruptedException {
    try {
      TestingAnswer answer =
          whole
              ? braid.ask(metric, "limit", "10000", "require", "complete")
              : braid.ask(metric, "limit", "10000");
      synchronized (told) {
        told.add(answer);
        answered++;
        if (!missing(answer).isEmpty()) {
          partial++;
          if (whole) {
            failures.add("A whole answer of " + metric + " misses " + missing(answer));
          }
        }
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (ApiException e) {
      synchronized (told) {
        boolean incomplete = whole && String.valueOf(e.getMessage()).contains("ncomplete");
        refused += incomplete ? 1 : 0;
        if (!incomplete && !stopping) {
          failures.add(e.getMessage());
        }
      }
    } catch (Exception e) {
      synchronized (told) {
        failures.add(e.toString());
      }
    }
  }

  /** Returns the partitions that an answer says it lacks something of. */
  static Set<Integer> missing(TestingAnswer answer) {
    Set<Integer> missing = new TreeSet<>();
    answer
        .provenance()
        .path("missing")
        .forEach(range -> missing.add(range.path("partition").asInt()));
    return missing;
  }

  /** Returns up to where an answer holds each partition, be it by its run alone. */
  static Position position(TestingAnswer answer) {
    SortedMap<Integer, Long> offsets = new TreeMap<>(answer.cut());
    offsets.putAll(answer.position());
    return Position.of(offsets);
  }

  /** Returns the rows that an answer should have. */
  static List<List<String>> expected(OrderFold fold, TestingAnswer answer) {
    Position position = position(answer);
    return switch (answer.columns().size()) {
      case 5 -> fold.sessions(position);
      case 7 ->
          answer.columns().contains("window_start")
              ? fold.perMinute(position)
              : fold.total(position);
      default -> throw new IllegalStateException("Unknown columns " + answer.columns());
    };
  }

  /** Returns what has been told since the last time, in its order. */
  List<TestingAnswer> take() {
    synchronized (told) {
      List<TestingAnswer> taken = List.copyOf(told);
      told.clear();
      return taken;
    }
  }

  /**
   * Holds what has been told since the last time to the fold, which knows the log that far: each
   * answer is that of the position it states, and none is from below an earlier one without naming
   * the partition as missing.
   */
  List<TestingAnswer> check(OrderFold fold, List<TestingAnswer> taken) {
    for (TestingAnswer answer : taken) {
      Position position = position(answer);
      Set<Integer> missing = missing(answer);
      assertThat(answer.rows())
          .as("Answer at %s, missing %s, run %s", position, missing, answer.run())
          .isEqualTo(expected(fold, answer));
      for (int partition = 0; partition < Orders.PARTITIONS; partition++) {
        long before = floor.getOrDefault(partition, 0L);
        long now = position.offset(partition, 0);
        if (now < before) {
          assertThat(missing)
              .as("Answer at %s after one up to %d of partition %d", position, before, partition)
              .contains(partition);
        }
        floor.merge(partition, now, Math::max);
      }
      String coverage = answer.provenance().path("coverage").asText();
      assertThat(coverage).isEqualTo(missing.isEmpty() ? "complete" : "partial");
    }
    synchronized (told) {
      assertThat(failures).isEmpty();
    }
    return taken;
  }

  /** Returns how many answers there were, how many of them partial, and how many refusals. */
  String figures() {
    synchronized (told) {
      return "%d answers, %d partial, %d refused".formatted(answered, partial, refused);
    }
  }

  /** Returns how many answers were partial. */
  int partial() {
    synchronized (told) {
      return partial;
    }
  }

  int refused() {
    synchronized (told) {
      return refused;
    }
  }

  /** Asks no more. */
  void stop() {
    stopping = true;
    try {
      thread.join(Duration.ofSeconds(40).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }
}
