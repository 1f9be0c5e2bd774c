package io.braid.platform;

import io.braid.log.KafkaSettings;
import io.braid.log.Position;
import io.braid.platform.Orders.Order;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Orders that keep coming while brokers die, and what became of them: a producer never knows what
 * arrived when its broker was killed, so the log is read back and says it. Each record carries its
 * number. The last partition is written in transactions, of which every fifth is aborted.
 *
 * <p>A thread of its own sends; all methods are for the one thread of the test.
 */
final class OrderTraffic implements AutoCloseable {

  private static final int EACH = 3;
  private static final Duration PAUSE = Duration.ofMillis(60);
  private static final Duration CALL_BOUND = Duration.ofSeconds(60);
  private static final List<TopicPartition> PARTITIONS =
      IntStream.range(0, Orders.PARTITIONS)
          .mapToObj(partition -> new TopicPartition("orders", partition))
          .toList();

  private final String bootstrapServers;
  private final Orders orders;
  private final OrderFold fold;
  private final Map<String, Order> sent = new ConcurrentHashMap<>();
  private final KafkaConsumer<byte[], byte[]> readBack;
  private final Thread thread = new Thread(this::run, "orders");
  private volatile boolean stopping;

  OrderTraffic(String bootstrapServers, Orders orders, OrderFold fold) {
    this.bootstrapServers = bootstrapServers;
    this.orders = orders;
    this.fold = fold;
    this.readBack =
        new KafkaConsumer<>(
            KafkaSettings.consumer(
                Map.of(
                    "bootstrap.servers",
                    bootstrapServers,
                    "default.api.timeout.ms",
                    Long.toString(CALL_BOUND.toMillis()))));
    readBack.assign(PARTITIONS);
    readBack.seekToBeginning(PARTITIONS);
    thread.setDaemon(true);
    thread.start();
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void run() {
    try (KafkaProducer<byte[], byte[]> plain = producer(Map.of())) {
      while (!stopping) {
        // A transaction that a kill left in doubt is ended by the next producer of its name.
        try (KafkaProducer<byte[], byte[]> transactional =
            producer(Map.of("transactional.id", "orders", "transaction.timeout.ms", 10_000))) {
          transactional.initTransactions();
          send(plain, transactional);
        } catch (KafkaException e) {
          System.out.println("Orders go on after: " + e.getMessage());
        }
      }
    }
  }

  private void send(
      KafkaProducer<byte[], byte[]> plain, KafkaProducer<byte[], byte[]> transactional) {
    for (int round = 1; !stopping; round++) {
      for (int i = 0; i < EACH; i++) {
        for (int partition = 0; partition < Orders.PARTITIONS - 1; partition++) {
          var unused = plain.send(record(partition));
        }
      }
      transactional.beginTransaction();
      for (int i = 0; i < EACH; i++) {
        var unused = transactional.send(record(Orders.PARTITIONS - 1));
      }
      if (round % 5 == 0) {
        transactional.abortTransaction();
      } else {
        transactional.commitTransaction();
      }
      pause();
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private ProducerRecord<byte[], byte[]> record(int partition) {
    Order order = orders.next(partition);
    String number = Integer.toString(sent.size());
    sent.put(number, order);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>("orders", partition, order.timestampMs(), order.key(), order.value());
    record.headers().add("number", number.getBytes(StandardCharsets.UTF_8));
    return record;
  }

  /** Returns where readers of committed records end now; waits for a broker. */
  SortedMap<Integer, Long> ends() {
    SortedMap<Integer, Long> ends = new TreeMap<>();
    readBack.endOffsets(PARTITIONS).forEach((one, end) -> ends.put(one.partition(), end));
    return ends;
  }

  /** Appends what the log has up to a position to the fold. */
  void readBack(Position position) {
    for (TopicPartition partition : PARTITIONS) {
      while (readBack.position(partition) < position.offset(partition.partition(), 0)) {
        for (ConsumerRecord<byte[], byte[]> record : readBack.poll(Duration.ofMillis(100))) {
          byte[] number = record.headers().lastHeader("number").value();
          fold.append(
              record.partition(),
              record.offset(),
              sent.get(new String(number, StandardCharsets.UTF_8)));
        }
      }
    }
  }

  /** Sends no more, and waits until what was sent is in the log. */
  void stop() {
    stopping = true;
    try {
      thread.join(CALL_BOUND.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    readBack.close();
  }
}
