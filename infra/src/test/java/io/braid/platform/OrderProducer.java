package io.braid.platform;

import io.braid.platform.Orders.Order;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends orders and notes in the fold where each came to stand. The last partition is written in
 * transactions, of which every fifth is aborted, so that its offsets skip. One thread.
 */
final class OrderProducer implements AutoCloseable {

  private final Orders orders;
  private final OrderFold fold;
  private final KafkaProducer<byte[], byte[]> plain;
  private final KafkaProducer<byte[], byte[]> transactional;
  private int rounds;

  private record Sent(Order order, Future<RecordMetadata> metadata) {}

  OrderProducer(String bootstrapServers, Orders orders, OrderFold fold) {
    this.orders = orders;
    this.fold = fold;
    this.plain = producer(bootstrapServers, Map.of());
    this.transactional = producer(bootstrapServers, Map.of("transactional.id", "orders"));
    transactional.initTransactions();
  }

  private static KafkaProducer<byte[], byte[]> producer(
      String bootstrapServers, Map<String, String> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Sends so many orders to each partition and returns when they are in the log. */
  void send(int ordersEach) throws Exception {
    rounds++;
    int last = Orders.PARTITIONS - 1;
    List<Sent> sent = new ArrayList<>();
    for (int i = 0; i < ordersEach; i++) {
      for (int partition = 0; partition < last; partition++) {
        sent.add(send(plain, orders.next(partition)));
      }
    }
    plain.flush();
    List<Sent> open = new ArrayList<>();
    transactional.beginTransaction();
    for (int i = 0; i < ordersEach; i++) {
      open.add(send(transactional, orders.next(last)));
    }
    transactional.flush();
    if (rounds % 5 == 0) {
      transactional.abortTransaction();
    } else {
      transactional.commitTransaction();
      sent.addAll(open);
    }
    for (Sent one : sent) {
      fold.append(one.order().partition(), one.metadata().get().offset(), one.order());
    }
  }

  private static Sent send(KafkaProducer<byte[], byte[]> producer, Order order) {
    return new Sent(order, producer.send(record(order)));
  }

  private static ProducerRecord<byte[], byte[]> record(Order order) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            "orders", order.partition(), order.timestampMs(), order.key(), order.value());
    record.headers().add("trace", "t1".getBytes(StandardCharsets.UTF_8));
    return record;
  }

  @Override
  public void close() {
    plain.close();
    transactional.close();
  }
}
