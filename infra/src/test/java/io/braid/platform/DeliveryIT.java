package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.broker.EmbeddedBroker;
import io.braid.broker.TestingTopic;
import io.braid.log.Delivery;
import io.braid.log.KafkaSettings;
import io.braid.log.KafkaUnavailableException;
import io.braid.log.Topics;
import io.braid.speed.sink.ConsumerPositions;
import io.braid.speed.sink.Origin;
import io.braid.speed.sink.Output;
import io.braid.speed.sink.Sink;
import io.braid.speed.sink.SinkPositions;
import io.braid.speed.sink.UndeliveredException;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the three levels of delivery promise, against a real broker and with real kills. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DeliveryIT {

  private static final int KILLS = 16;
  private static final int INPUTS_A_ROUND = 300;
  private static final int PARTITIONS = 2;

  private Path directory;
  private EmbeddedBroker broker;
  private Map<String, String> kafka;
  private Topics topics;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    directory = folder;
    broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
    kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    topics = new Topics(kafka);
  }

  @AfterAll
  void stop() {
    topics.close();
    broker.close();
  }

  private void create(String topic, int partitions, Map<String, String> settings) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
          .all()
          .get();
    }
  }

  @Test
  void killedAtRandomEachLevelKeepsItsPromise() throws Exception {
    Map<Delivery, CompletableFuture<SortedMap<String, Integer>>> all =
        new EnumMap<>(Delivery.class);
    ExecutorService threads = Executors.newFixedThreadPool(Delivery.values().length);
    for (Delivery delivery : Delivery.values()) {
      all.put(delivery, CompletableFuture.supplyAsync(() -> timesAfterKills(delivery), threads));
    }
    threads.shutdown();
    int inputs = (KILLS + 1) * INPUTS_A_ROUND;

    SortedMap<String, Integer> atMostOnce = all.get(Delivery.AT_MOST_ONCE).get();
    assertThat(atMostOnce.values()).allMatch(times -> times == 1);
    assertThat(atMostOnce).hasSizeBetween(inputs - KILLS * 100, inputs);
    SortedMap<String, Integer> atLeastOnce = all.get(Delivery.AT_LEAST_ONCE).get();
    assertThat(atLeastOnce).hasSize(inputs);
    SortedMap<String, Integer> exactlyOnce = all.get(Delivery.EXACTLY_ONCE).get();
    assertThat(exactlyOnce.values()).allMatch(times -> times == 1);
    assertThat(exactlyOnce).hasSize(inputs);
    System.out.printf(
        "%d kills each, %d inputs: at-most-once %d lost, at-least-once %d repeated%n",
        KILLS,
        inputs,
        inputs - atMostOnce.size(),
        atLeastOnce.values().stream().mapToInt(times -> times - 1).sum());
  }

  /** Returns how often each id is among the outputs once all inputs are through. */
  private SortedMap<String, Integer> timesAfterKills(Delivery delivery) {
    try {
      String topic = "inputs-" + delivery.text();
      create(topic, PARTITIONS, Map.of());
      create(topic + "-outputs", 1, Map.of());
      Random random = new Random(delivery.text().hashCode());
      for (int round = 0; round < KILLS; round++) {
        append(topic, random);
        Process child = startChild(delivery, topic, round, false);
        // Mostly in the middle of its work, now and then before it has come to any.
        if (random.nextInt(5) == 0) {
          Thread.sleep(random.nextInt(1_000));
        } else {
          assertThat(line(child)).isEqualTo("emitting");
          Thread.sleep(random.nextInt(200));
        }
        child.destroyForcibly().waitFor();
      }
      append(topic, random);
      Process last = startChild(delivery, topic, KILLS, true);
      try {
        assertThat(last.waitFor(60, TimeUnit.SECONDS)).as("%s came to its end", delivery).isTrue();
        assertThat(last.exitValue()).isZero();
      } finally {
        last.destroyForcibly();
      }
      SortedMap<String, Integer> times = new TreeMap<>();
      read(topic + "-outputs", "read_committed")
          .forEach(record -> times.merge(header(record, Output.ID), 1, Integer::sum));
      return times;
    } catch (Exception e) {
      throw new IllegalStateException(delivery.text(), e);
    }
  }

  private Process startChild(Delivery delivery, String topic, int seed, boolean toTheEnd)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            DeliveryChild.class.getName(),
            delivery.text(),
            broker.bootstrapServers(),
            topic,
            Integer.toString(seed),
            Boolean.toString(toTheEnd));
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.redirectError(
        ProcessBuilder.Redirect.appendTo(directory.resolve(topic + ".err").toFile()));
    return builder.start();
  }

  private static String line(Process child) throws Exception {
    BufferedReader reader = child.inputReader(StandardCharsets.UTF_8);
    return reader.readLine();
  }

  private void append(String topic, Random random) throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < INPUTS_A_ROUND; i++) {
        int partition = random.nextInt(PARTITIONS);
        sent.add(producer.send(new ProducerRecord<>(topic, partition, null, new byte[50])));
      }
      for (Future<?> future : sent) {
        future.get();
      }
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Reads partition 0 up to its end of now. */
  private List<ConsumerRecord<byte[], byte[]>> read(String topic, String isolation) {
    Map<String, Object> settings = KafkaSettings.consumer(kafka);
    settings.put("isolation.level", isolation);
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static List<String> ids(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> header(record, Output.ID)).toList();
  }

  private static Output output(String topic, long offset, int bytes) {
    return output(topic, offset, bytes, "because");
  }

  private static Output output(String topic, long offset, int bytes, String reason) {
    return new Output(
        new Origin("s", "t", 0, offset),
        topic,
        null,
        new byte[bytes],
        List.of(),
        Map.of("reason", reason));
  }

  /** A member of a group that has got its partition. */
  private KafkaConsumer<byte[], byte[]> member(String topic) {
    Map<String, Object> settings = KafkaSettings.consumer(kafka);
    settings.put("group.id", topic);
    settings.put("auto.offset.reset", "earliest");
    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings);
    consumer.subscribe(List.of(topic));
    while (consumer.assignment().isEmpty()) {
      consumer.poll(Duration.ofMillis(20));
    }
    return consumer;
  }

  /** What a process that was stopped for a while still takes for the truth. */
  private record StalePositions(SinkPositions before, ConsumerGroupMetadata group)
      implements SinkPositions {

    @Override
    public String topic() {
      return before.topic();
    }

    @Override
    public void commit(Map<Integer, Long> offsets) {
      before.commit(offsets);
    }

    @Override
    public Map<Integer, Long> committed(Collection<Integer> partitions) {
      return before.committed(partitions);
    }

    @Override
    public ConsumerGroupMetadata group(Collection<Integer> partitions) {
      return group;
    }
  }

  @Test
  void staleOwnerIsFencedAndItsAbortedTransactionIsSeenByNobody() throws Exception {
    create("stale", 1, Map.of());
    create("stale-outputs", 1, Map.of());
    KafkaConsumer<byte[], byte[]> first = member("stale");
    ConsumerPositions positions = new ConsumerPositions(first, topics, "stale");
    StalePositions before = new StalePositions(positions, first.groupMetadata());
    try (Sink former = Sink.open(Delivery.EXACTLY_ONCE, kafka, "stale-a", before)) {
      assertThat(former.committed(List.of(0))).isEmpty();
      former.emit(output("stale-outputs", 0, 10));
      former.commit(Map.of(0, 1L));
      former.emit(output("stale-outputs", 1, 10));
      first.close();

      try (KafkaConsumer<byte[], byte[]> second = member("stale");
          Sink owner =
              Sink.open(
                  Delivery.EXACTLY_ONCE,
                  kafka,
                  "stale-b",
                  new ConsumerPositions(second, topics, "stale"))) {
        assertThat(owner.committed(List.of(0))).isEqualTo(Map.of(0, 1L));
        owner.emit(output("stale-outputs", 1, 10));
        owner.commit(Map.of(0, 2L));

        assertThatThrownBy(() -> former.commit(Map.of(0, 2L)))
            .isInstanceOf(UndeliveredException.class)
            .hasMessageContaining("another owner has taken over")
            .satisfies(e -> assertThat(((UndeliveredException) e).anotherOwner()).isTrue());
        owner.emit(output("stale-outputs", 2, 10));
        owner.commit(Map.of(0, 3L));
        assertThat(owner.committed(List.of(0))).isEqualTo(Map.of(0, 3L));
      }
    }
    assertThat(ids(read("stale-outputs", "read_committed")))
        .containsExactly("s/t/0/0", "s/t/0/1", "s/t/0/2");
    assertThat(ids(read("stale-outputs", "read_uncommitted")))
        .containsExactly("s/t/0/0", "s/t/0/1", "s/t/0/1", "s/t/0/2");
  }

  @Test
  void newLifeUnderTheSameNameFencesTheFormerAndTakesItsPlace() throws Exception {
    create("lives", 1, Map.of());
    create("lives-outputs", 1, Map.of());
    try (KafkaConsumer<byte[], byte[]> member = member("lives")) {
      ConsumerPositions positions = new ConsumerPositions(member, topics, "lives");
      try (Sink former = Sink.open(Delivery.EXACTLY_ONCE, kafka, "lives", positions);
          Sink next = Sink.open(Delivery.EXACTLY_ONCE, kafka, "lives", positions)) {
        former.emit(output("lives-outputs", 0, 10));
        former.commit(Map.of(0, 1L));
        assertThat(next.committed(List.of(0))).isEqualTo(Map.of(0, 1L));
        former.emit(output("lives-outputs", 1, 10));

        assertThatThrownBy(() -> former.commit(Map.of(0, 2L)))
            .hasMessageContaining("another owner has taken over");
        next.emit(output("lives-outputs", 1, 10));
        next.commit(Map.of(0, 2L));
      }
    }
    assertThat(ids(read("lives-outputs", "read_committed"))).containsExactly("s/t/0/0", "s/t/0/1");
  }

  @Test
  void positionInAnOpenTransactionIsWaitedForAndNeverTakenForNone() throws Exception {
    create("open", 2, Map.of());
    TopicPartition partition = new TopicPartition("open", 0);
    Map<String, Object> transactional = new HashMap<>(kafka);
    transactional.put("transactional.id", "open");
    try (KafkaConsumer<byte[], byte[]> member = member("open");
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                transactional, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThat(topics.committed("open", "open", List.of(0, 1))).isEmpty();
      producer.initTransactions();
      producer.beginTransaction();
      producer.sendOffsetsToTransaction(
          Map.of(partition, new OffsetAndMetadata(7)), member.groupMetadata());
      CompletableFuture<Map<Integer, Long>> asked =
          CompletableFuture.supplyAsync(() -> topics.committed("open", "open", List.of(0, 1)));
      Thread.sleep(500);
      assertThat(asked).isNotDone();
      producer.commitTransaction();
      assertThat(asked.get()).isEqualTo(Map.of(0, 7L));

      producer.beginTransaction();
      producer.sendOffsetsToTransaction(
          Map.of(partition, new OffsetAndMetadata(9)), member.groupMetadata());
      assertThatThrownBy(() -> topics.committed("open", "open", List.of(0, 1)))
          .isInstanceOf(KafkaUnavailableException.class)
          .hasMessageContaining("does not say what group open has committed of [open-0]");
      assertThat(topics.committed("open", "open", List.of(1))).isEmpty();
      producer.abortTransaction();
      assertThat(topics.committed("open", "open", List.of(0, 1))).isEqualTo(Map.of(0, 7L));
    }
  }

  @Test
  void memberThatHasLeftItsGroupIsRefusedThoughTheBrokerWouldTakeIt() throws Exception {
    create("left", 1, Map.of());
    create("left-outputs", 1, Map.of());
    Map<String, Object> outside = KafkaSettings.consumer(kafka);
    outside.put("group.id", "left");
    try (KafkaConsumer<byte[], byte[]> member = member("left");
        KafkaConsumer<byte[], byte[]> stranger = new KafkaConsumer<>(outside)) {
      ConsumerPositions positions = new ConsumerPositions(member, topics, "left");
      StalePositions left = new StalePositions(positions, stranger.groupMetadata());
      try (Sink sink = Sink.open(Delivery.EXACTLY_ONCE, kafka, "left", left)) {
        sink.emit(output("left-outputs", 0, 10));
        assertThatThrownBy(() -> sink.commit(Map.of(0, 1L)))
            .hasMessageContaining("no member of group left");
      }
      assertThat(positions.committed(List.of(0))).isEmpty();
    }
    assertThat(read("left-outputs", "read_uncommitted")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  void whatIsTooLargeGoesWithoutContentAndHoldsUpNobody(Delivery delivery) throws Exception {
    String topic = "large-" + delivery.text();
    create(topic, 1, Map.of());
    create(topic + "-outputs", 1, Map.of("max.message.bytes", "20000"));
    create(topic + "-more", 1, Map.of());
    try (KafkaConsumer<byte[], byte[]> member = member(topic);
        Sink sink =
            Sink.open(delivery, kafka, topic, new ConsumerPositions(member, topics, topic))) {
      sink.emit(output(topic + "-more", 0, 10));
      sink.emit(output(topic + "-more", 1, 950_000));
      sink.commit(Map.of(0, 2L));
      if (delivery != Delivery.AT_MOST_ONCE) { // which does not hear of a broker's refusal
        int[] bytes = {10_000, 30_000, 19_000, 25_000, 40_000, 10};
        for (int i = 0; i < bytes.length; i++) {
          sink.emit(output(topic + "-outputs", 2 + i, bytes[i]));
        }
        sink.emit(output(topic + "-outputs", 8, 10, "r".repeat(30_000)));
        sink.emit(output(topic + "-outputs", 9, 10));
        sink.commit(Map.of(0, 10L));
        sink.emit(output(topic + "-outputs", 10, 10));
        sink.commit(Map.of(0, 11L));
        assertThat(sink.figures().leftOut()).isEqualTo(1);
        assertThat(sink.committed(List.of(0))).isEqualTo(Map.of(0, 11L));
      }
    }
    List<ConsumerRecord<byte[], byte[]>> more = read(topic + "-more", "read_committed");
    assertThat(ids(more)).containsExactly("s/t/0/0", "s/t/0/1");
    assertThat(more.get(0).value()).hasSize(10);
    assertThat(more.get(1).value()).isNull();
    assertThat(header(more.get(1), "reason"))
        .isEqualTo("because; key and value left out: 950000 bytes");
    if (delivery != Delivery.AT_MOST_ONCE) {
      Map<String, Integer> sizes = new HashMap<>();
      read(topic + "-outputs", "read_committed")
          .forEach(
              record ->
                  sizes.put(
                      header(record, Output.ID),
                      record.value() == null ? -1 : record.value().length));
      assertThat(sizes)
          .isEqualTo(
              Map.of(
                  "s/t/0/2",
                  10_000,
                  "s/t/0/3",
                  -1,
                  "s/t/0/4",
                  19_000,
                  "s/t/0/5",
                  -1,
                  "s/t/0/6",
                  -1,
                  "s/t/0/7",
                  10,
                  "s/t/0/9",
                  10,
                  "s/t/0/10",
                  10));
    }
  }

  /** Positions without a broker: what fails is the outputs alone. */
  private record MemoryPositions(Map<Integer, Long> offsets, ConsumerGroupMetadata group)
      implements SinkPositions {

    @Override
    public String topic() {
      return "memory";
    }

    @Override
    public void commit(Map<Integer, Long> committed) {
      offsets.putAll(committed);
    }

    @Override
    public Map<Integer, Long> committed(Collection<Integer> partitions) {
      return offsets;
    }

    @Override
    public ConsumerGroupMetadata group(Collection<Integer> partitions) {
      return group;
    }
  }

  @Test
  void whenTheBrokerIsGoneSinksFailFastAndGoOnWhenItIsBack() throws Exception {
    Path data = directory.resolve("gone");
    EmbeddedBroker gone = EmbeddedBroker.start(data, 0);
    String address = gone.bootstrapServers();
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    Map<String, String> there = Map.of("bootstrap.servers", address);
    TestingTopic topic = TestingTopic.create(address, "gone-outputs", 1);
    Map<Integer, Long> mostPositions = new HashMap<>();
    Map<Integer, Long> leastPositions = new HashMap<>();
    create("gone", 1, Map.of());
    try (KafkaConsumer<byte[], byte[]> member = member("gone");
        Sink most = open(Delivery.AT_MOST_ONCE, there, mostPositions, member);
        Sink least = open(Delivery.AT_LEAST_ONCE, there, leastPositions, member);
        Sink exactly = open(Delivery.EXACTLY_ONCE, there, new HashMap<>(), member)) {
      exactly.committed(List.of(0));
      for (Sink sink : List.of(most, least)) {
        sink.emit(output(topic.name(), 0, 10));
        sink.commit(Map.of(0, 1L));
      }
      gone.close();

      // More than a producer's buffer holds.
      assertThat(stuck(least, topic.name())).isBetween(1, 20_000);
      assertFailsFast(least, topic.name());
      exactly.emit(output(topic.name(), 1, 10));
      assertThatThrownBy(() -> within(20, () -> exactly.commit(Map.of(0, 2L))))
          .isInstanceOf(UndeliveredException.class);
      assertFailsFast(exactly, topic.name());
      for (int offset = 1; offset < 40_000; offset++) {
        most.emit(output(topic.name(), offset, 1_000));
      }
      assertThat(most.isFull()).isTrue();
      within(15, () -> most.commit(Map.of(0, 40_000L)));
      assertThat(mostPositions).isEqualTo(Map.of(0, 40_000L));
      assertThat(most.figures().leftOut()).isPositive();
      assertThat(leastPositions).isEqualTo(Map.of(0, 1L));

      gone = EmbeddedBroker.start(data, port);
      assertThat(resume(least)).isEqualTo(Map.of(0, 1L));
      least.emit(output(topic.name(), 1, 10));
      least.commit(Map.of(0, 2L));
      assertThat(ids(topic.records())).contains("s/t/0/1");
      assertThat(leastPositions).isEqualTo(Map.of(0, 2L));
      assertThat(least.figures().emittedAgain()).isPositive();
      assertThat(resume(exactly)).isEmpty();
    } finally {
      gone.close();
    }
  }

  private static Sink open(
      Delivery delivery,
      Map<String, String> kafka,
      Map<Integer, Long> offsets,
      KafkaConsumer<byte[], byte[]> member) {
    MemoryPositions positions = new MemoryPositions(offsets, member.groupMetadata());
    return Sink.open(delivery, kafka, "gone", positions);
  }

  /** Emits on and on, and returns how many outputs were taken until the sink was known stuck. */
  private static int stuck(Sink sink, String topic) {
    int[] taken = new int[1];
    assertThatThrownBy(
            () ->
                within(
                    15,
                    () -> {
                      while (taken[0] < 1_000_000) {
                        taken[0]++;
                        sink.emit(output(topic, taken[0], 1_000));
                      }
                    }))
        .isInstanceOf(UndeliveredException.class);
    return taken[0];
  }

  private static void assertFailsFast(Sink sink, String topic) {
    within(
        1,
        () -> {
          for (int i = 0; i < 1_000; i++) {
            assertThatThrownBy(() -> sink.emit(output(topic, 1, 1_000)))
                .isInstanceOf(UndeliveredException.class);
          }
        });
  }

  private static void within(int seconds, Runnable action) {
    long before = System.nanoTime();
    try {
      action.run();
    } finally {
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isLessThan(Duration.ofSeconds(seconds));
    }
  }

  private static Map<Integer, Long> resume(Sink sink) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try {
        return sink.resume(List.of(0));
      } catch (UndeliveredException e) {
        assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(deadline);
        Thread.sleep(50);
      }
    }
  }
}
