package io.braid.platform;

import io.braid.log.Delivery;
import io.braid.log.KafkaSettings;
import io.braid.log.Topics;
import io.braid.speed.sink.ConsumerPositions;
import io.braid.speed.sink.Origin;
import io.braid.speed.sink.Output;
import io.braid.speed.sink.Sink;
import io.braid.speed.sink.UndeliveredException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * A process to be killed: emits one output for every record of a topic, and commits every few of
 * them. Says on standard output when it has emitted the first. Ends with its parent.
 */
final class DeliveryChild {

  private final String topic;
  private final String outputs;
  private final Random random;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Sink sink;
  private final Map<Integer, Long> next = new HashMap<>();
  private boolean told;
  private int untilCommit = 1;

  private DeliveryChild(Delivery delivery, String kafka, String topic, long seed) {
    this.topic = topic;
    this.outputs = topic + "-outputs";
    this.random = new Random(seed);
    Map<String, String> settings = Map.of("bootstrap.servers", kafka);
    Map<String, Object> reading = KafkaSettings.consumer(settings);
    reading.put("group.id", topic);
    // Static: a killed process is followed at once by the next one.
    reading.put("group.instance.id", "0");
    reading.put("max.poll.records", "50");
    this.consumer = new KafkaConsumer<>(reading);
    this.sink =
        Sink.open(
            delivery,
            settings,
            topic,
            new ConsumerPositions(consumer, new Topics(settings), topic));
  }

  /** Takes the level, the broker, the topic, a seed, and whether to end at the end of the topic. */
  public static void main(String[] args) {
    endWithParent();
    DeliveryChild child =
        new DeliveryChild(
            Delivery.of(args[0]).orElseThrow(), args[1], args[2], Long.parseLong(args[3]));
    child.run(Boolean.parseBoolean(args[4]));
    System.out.printf(
        "delivered %d, again %d, failures %d%n",
        child.sink.figures().delivered(),
        child.sink.figures().emittedAgain(),
        child.sink.figures().failures());
    child.sink.close();
    child.consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    System.exit(0);
  }

  private static void endWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // The parent writes nothing; only the end counts.
                }
              } catch (IOException e) {
                System.err.println(e);
              }
              Runtime.getRuntime().halt(1);
            });
    watch.setDaemon(true);
    watch.start();
  }

  private void run(boolean toTheEnd) {
    consumer.subscribe(List.of(topic), new Assignment());
    boolean failed = false;
    while (!toTheEnd || !isAtTheEnd()) {
      try {
        if (failed) {
          seek(sink.resume(partitions()), partitions());
          failed = false;
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(20))) {
          emit(record);
        }
        sink.commit(next);
      } catch (UndeliveredException | KafkaException e) {
        System.err.println(e);
        failed = true;
        pause();
      }
    }
  }

  private boolean isAtTheEnd() {
    return consumer.assignment().size() == 2
        && consumer.endOffsets(consumer.assignment()).entrySet().stream()
            .allMatch(end -> end.getValue() <= next.getOrDefault(end.getKey().partition(), 0L));
  }

  private List<Integer> partitions() {
    return consumer.assignment().stream().map(TopicPartition::partition).toList();
  }

  private void emit(ConsumerRecord<byte[], byte[]> record) {
    Origin origin = new Origin(topic, "id", record.partition(), record.offset());
    sink.emit(new Output(origin, outputs, record.key(), record.value(), List.of(), Map.of()));
    next.put(record.partition(), record.offset() + 1);
    if (!told) {
      told = true;
      System.out.println("emitting");
    }
    if (--untilCommit == 0) {
      sink.commit(next);
      untilCommit = 1 + random.nextInt(12);
    }
  }

  private void seek(Map<Integer, Long> from, Collection<Integer> partitions) {
    next.clear();
    for (int partition : partitions) {
      long offset = from.getOrDefault(partition, 0L);
      next.put(partition, offset);
      consumer.seek(new TopicPartition(topic, partition), offset);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Assignment implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      Map<Integer, Long> from = null;
      while (from == null) {
        try {
          from = sink.resume(partitions());
        } catch (UndeliveredException e) {
          System.err.println(e);
          pause();
        }
      }
      seek(from, partitions());
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      // The only member of its group: it keeps what it has got.
    }
  }
}
