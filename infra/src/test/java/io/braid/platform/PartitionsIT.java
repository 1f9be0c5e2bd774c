package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.broker.ClassicBroker;
import io.braid.broker.EmbeddedBroker;
import io.braid.broker.TestingTopic;
import io.braid.column.Batch;
import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.definition.SpeedSettings;
import io.braid.fold.Carry;
import io.braid.fold.PartitionFold;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.OffsetRange;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.speed.checkpoint.Checkpoints;
import io.braid.speed.generation.GenerationStart;
import io.braid.speed.generation.GenerationStarts;
import io.braid.speed.worker.MemoryBudget;
import io.braid.speed.worker.SourceReader;
import io.braid.speed.worker.SourceSpeed;
import io.braid.speed.worker.SpeedSetup;
import io.braid.store.Store;
import io.braid.store.StoreException;
import io.braid.time.PaneRange;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of partitions and generations, with a real broker and several workers. */
@Timeout(90)
final class PartitionsIT {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionsIT.class);

  private static final Duration GRACE = Duration.ofMillis(1_500);

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;

  private final List<Member> members = new ArrayList<>();
  private final Published published = new Published();
  private String topic;
  private Store store;
  private Admin admin;
  private KafkaProducer<byte[], byte[]> producer;
  private Source source;
  private List<Metric> metrics;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void prepare(TestInfo test) {
    topic = test.getTestMethod().orElseThrow().getName();
    store = Store.open(folder.resolve("store-" + topic).toUri());
    Definitions definitions =
        DefinitionLoader.parse(
            Path.of("braid.yaml"),
            """
            name: parts
            store: /tmp/braid-parts
            sources:
              clicks:
                topic: %s
                columns: {id: string, at: timestamp}
                event_time: at
                deduplicate: {by: id, within: 10m}
            metrics:
              clicks_each: SELECT id, COUNT(*) AS n FROM clicks GROUP BY id
            """
                .formatted(topic),
            name -> Optional.empty());
    source = definitions.sources().get("clicks");
    metrics = definitions.metricsOf(source);
    connect(broker);
  }

  private void connect(EmbeddedBroker to) {
    if (producer != null) {
      producer.close();
      admin.close();
    }
    admin = Admin.create(Map.of("bootstrap.servers", to.bootstrapServers()));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", to.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    members.forEach(Member::close);
    producer.close(Duration.ofSeconds(1));
    admin.close(Duration.ofSeconds(1));
  }

  /** What a store would say is published. */
  private static final class Published implements GenerationStarts {
    private volatile GenerationStart newest = GenerationStart.ofLog(Position.NONE);
    private volatile Optional<GenerationStart> before = Optional.empty();

    void publish(GenerationStart next) {
      before = Optional.of(newest);
      newest = next;
    }

    @Override
    public GenerationStart newest() {
      return newest;
    }

    @Override
    public Optional<GenerationStart> beforeNewest() {
      return before;
    }
  }

  /** A worker, and the port at which others see that it lives. */
  private final class Member implements AutoCloseable {
    private final MemoryBudget memory;
    private final Topics topics;
    private final SourceSpeed speed;
    private ServerSocket listening;

    Member(EmbeddedBroker at, MemoryBudget memory) throws Exception {
      this.memory = memory;
      this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Map<String, String> kafka = Map.of("bootstrap.servers", at.bootstrapServers());
      this.topics = new Topics(kafka);
      SpeedSettings defaults = SpeedSettings.DEFAULTS;
      this.speed =
          new SourceSpeed(
              new SpeedSetup(
                  new SourceReader(source, metrics),
                  topics,
                  topics.find(topic).orElseThrow(),
                  kafka,
                  store,
                  "group-" + topic,
                  "127.0.0.1:" + listening.getLocalPort(),
                  new SpeedSettings(
                      defaults.host(),
                      defaults.port(),
                      defaults.token(),
                      defaults.memoryBytes(),
                      defaults.delivery(),
                      new SpeedSettings.Checkpoint(Duration.ofMillis(300), 1 << 20, 3)),
                  published,
                  memory,
                  InstantSource.system(),
                  GRACE));
      members.add(this);
      speed.start();
    }

    List<PartitionSnapshot> read(String generation) {
      return speed.read(generation, List.of(0), PaneRange.ALL).orElse(List.of());
    }

    List<PartitionSnapshot> read() {
      return read(published.newest().name());
    }

    Optional<PartitionSnapshot> read(int partition) {
      return read().stream().filter(it -> it.partition() == partition).findFirst();
    }

    Set<Integer> partitions() {
      Set<Integer> partitions = new TreeSet<>();
      read().forEach(it -> partitions.add(it.partition()));
      return partitions;
    }

    /** Returns the partitions that the group gave it. */
    Set<Integer> owned() {
      return topics.members("group-" + topic).stream()
          .filter(it -> it.address().equals(Optional.of(address())))
          .findFirst()
          .map(it -> it.partitions(topic))
          .orElse(Set.of());
    }

    String address() {
      return "127.0.0.1:" + listening.getLocalPort();
    }

    @Override
    public void close() {
      if (members.contains(this)) {
        speed.close();
        topics.close();
        try {
          listening.close();
        } catch (Exception e) {
          LOG.debug("Not closed", e);
        }
      }
    }

    void leave() {
      close();
      members.remove(this);
    }
  }

  private Member join() throws Exception {
    return new Member(broker, new MemoryBudget(Long.MAX_VALUE, unused -> {}));
  }

  private void send(int partition, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      String event =
          "{\"id\": \"%d-%d\", \"at\": %d}".formatted(partition, i, System.currentTimeMillis());
      var unused =
          producer.send(
              new ProducerRecord<>(topic, partition, null, event.getBytes(StandardCharsets.UTF_8)));
    }
    producer.flush();
  }

  private void expire(int partition, long before) throws Exception {
    admin
        .deleteRecords(
            Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
        .all()
        .get();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static boolean isAt(Member member, int partition, long position) {
    return member.read(partition).map(PartitionSnapshot::position).orElse(-1L) >= position;
  }

  private static long events(PartitionSnapshot snapshot) {
    Batch rows = snapshot.views().get(0).finish();
    long events = 0;
    for (int row = 0; row < rows.size(); row++) {
      events += (Long) rows.column(1).value(row);
    }
    return events;
  }

  private static void requireWhole(Member member, int partition, long events) {
    PartitionSnapshot snapshot = member.read(partition).orElseThrow();
    assertThat(snapshot.position()).isEqualTo(events);
    assertThat(snapshot.lost()).isEmpty();
    assertThat(events(snapshot)).isEqualTo(events);
  }

  @Test
  void aGenerationThatCannotBeOpenedKeepsNoOtherFromBeingFolded() throws Exception {
    TestingTopic.create(broker.bootstrapServers(), topic, 1);
    Position cut = Position.of(Map.of(0, 0L));
    published.newest = new GenerationStart("run-0", cut, Map::of);
    Member first = join();
    send(0, 0, 10);
    await(() -> isAt(first, 0, 10));
    first.leave(); // with a checkpoint
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2))).all().get();
    send(1, 0, 10);

    published.before =
        Optional.of(
            new GenerationStart(
                "run-0",
                cut,
                () -> {
                  throw new StoreException("its carry is gone");
                }));
    published.newest = new GenerationStart("run-1", Position.of(Map.of(0, 5L)), Map::of);
    Member second = join();
    await(() -> isAt(second, 0, 10) && isAt(second, 1, 10));
    assertThat(events(second.read(0).orElseThrow())).isEqualTo(5);
    assertThat(events(second.read(1).orElseThrow())).isEqualTo(10);
    assertThat(second.speed.troubles()).isEmpty();
    await(() -> second.speed.positions().keySet().equals(Set.of("run-1")));
  }

  @Test
  void partitionsMoveByCheckpointWhenMembersComeAndGo() throws Exception {
    TestingTopic.create(broker.bootstrapServers(), topic, 4);
    Member first = join();
    for (int partition = 0; partition < 4; partition++) {
      send(partition, 0, 100);
    }
    await(() -> isAt(first, 0, 100) && isAt(first, 1, 100));
    await(() -> isAt(first, 2, 100) && isAt(first, 3, 100));
    // Nobody can fold this again: the log has it no longer.
    for (int partition = 0; partition < 4; partition++) {
      expire(partition, 100);
    }
    Member second = join();
    await(() -> second.owned().size() == 2 && second.partitions().equals(second.owned()));
    await(() -> first.owned().size() == 2);
    Set<Integer> moved = second.owned();
    for (int partition : moved) {
      send(partition, 100, 150);
    }
    for (int partition : moved) {
      await(() -> isAt(second, partition, 150));
      requireWhole(second, partition, 150);
    }
    await(() -> first.partitions().equals(first.owned())); // what moved is readable for the grace

    second.leave();

    for (int partition : moved) {
      await(() -> isAt(first, partition, 150));
      requireWhole(first, partition, 150);
    }
    assertThat(first.speed.troubles()).isEmpty();
  }

  @Test
  void aPartitionThatIsAddedIsFoundWithinSeconds() throws Exception {
    TestingTopic.create(broker.bootstrapServers(), topic, 1);
    Member member = join();
    send(0, 0, 10);
    await(() -> isAt(member, 0, 10));
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();
    long created = System.nanoTime();
    send(2, 0, 10);
    await(() -> isAt(member, 2, 10) && isAt(member, 1, 0));
    LOG.info("Found after {} ms", (System.nanoTime() - created) / 1_000_000);
    requireWhole(member, 2, 10);
    assertThat(member.speed.partitions()).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void whatBelongsToAMemberThatSeemsDeadIsFoldedByTwoAndNobodyIsWrong() throws Exception {
    TestingTopic.create(broker.bootstrapServers(), topic, 2);
    Member first = join();
    send(0, 0, 50);
    send(1, 0, 50);
    await(() -> isAt(first, 0, 50) && isAt(first, 1, 50));
    Member second = join();
    await(() -> second.owned().size() == 1);
    int its = second.owned().iterator().next();
    await(() -> first.partitions().equals(first.owned()));

    int port = second.listening.getLocalPort();
    second.listening.close(); // it folds on, but nobody can tell
    send(its, 50, 80);
    await(() -> isAt(first, its, 80) && isAt(second, its, 80));
    requireWhole(first, its, 80);
    requireWhole(second, its, 80);

    second.listening = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    await(() -> first.partitions().equals(first.owned()));
    send(its, 80, 90);
    await(() -> isAt(second, its, 90));
    requireWhole(second, its, 90);
    second.leave();
    await(() -> isAt(first, its, 90));
    requireWhole(first, its, 90);
  }

  @Test
  void aBrokerMayBeRestartedAndMayBeGoneWhenAWorkerIsClosed() throws Exception {
    Path data = folder.resolve("another").resolve("broker");
    EmbeddedBroker other = EmbeddedBroker.start(data, 0);
    try {
      connect(other);
      TestingTopic.create(other.bootstrapServers(), topic, 1);
      Member member = new Member(other, new MemoryBudget(Long.MAX_VALUE, unused -> {}));
      send(0, 0, 100);
      await(() -> isAt(member, 0, 100));
      int port = Integer.parseInt(other.bootstrapServers().replaceAll(".*:", ""));
      other.close();
      other = EmbeddedBroker.start(data, port);
      send(0, 100, 200);
      await(() -> isAt(member, 0, 200));
      requireWhole(member, 0, 200);
      other.close();
      long before = System.nanoTime();
      member.leave();
      Duration took = Duration.ofNanos(System.nanoTime() - before);
      LOG.info("Closed without a broker in {}", took);
      assertThat(took).isLessThan(Duration.ofSeconds(8)); // and its admin client, on a busy machine
    } finally {
      other.close();
    }
  }

  @Test
  void aBrokerThatSpeaksTheClassicProtocolAloneIsJoinedInIt() throws Exception {
    try (EmbeddedBroker classic = ClassicBroker.start(folder.resolve("classic"))) {
      connect(classic);
      TestingTopic.create(classic.bootstrapServers(), topic, 2);
      Member first = new Member(classic, new MemoryBudget(Long.MAX_VALUE, unused -> {}));
      send(0, 0, 20);
      send(1, 0, 20);
      await(() -> isAt(first, 0, 20) && isAt(first, 1, 20));
      expire(0, 20);
      expire(1, 20);
      Member second = new Member(classic, new MemoryBudget(Long.MAX_VALUE, unused -> {}));
      await(() -> second.owned().size() == 1 && second.partitions().equals(second.owned()));
      requireWhole(second, second.owned().iterator().next(), 20);
      second.leave();
      await(() -> first.owned().size() == 2);
      first.leave();
    }
  }

  @Test
  void offsetsThatExpireBeforeTheyAreReadAreAHole() throws Exception {
    TestingTopic.create(broker.bootstrapServers(), topic, 1);
    MemoryBudget memory = new MemoryBudget(1_000_000_000, unused -> {});
    Member member = new Member(broker, memory);
    send(0, 0, 10);
    await(() -> isAt(member, 0, 10));
    memory.report("another", 1_000_000_000); // nothing is fetched while it is so
    TimeUnit.MILLISECONDS.sleep(500);
    send(0, 10, 30);
    TimeUnit.MILLISECONDS.sleep(500);
    assertThat(isAt(member, 0, 11)).isFalse();
    expire(0, 25);
    memory.report("another", 0);

    await(() -> isAt(member, 0, 30));
    PartitionSnapshot snapshot = member.read(0).orElseThrow();
    assertThat(events(snapshot)).isEqualTo(15);
    assertThat(snapshot.lost()).containsExactly(new OffsetRange(0, 10, 25));
  }

  @Test
  void aLogThatEndsBelowWhatWasFoldedIsReportedAndNotFoldedOn() throws Exception {
    requireTruncated(30, OptionalInt.empty());
  }

  @Test
  void aLogOfAnotherHistoryIsReportedByItsLeadersEpoch() throws Exception {
    requireTruncated(10, OptionalInt.of(9));
  }

  /** Somebody folded up to an offset that a leader had written whom this log does not know. */
  private void requireTruncated(long folded, OptionalInt epoch) throws Exception {
    TestingTopic.create(broker.bootstrapServers(), topic, 1);
    send(0, 0, 20);
    String topicId;
    try (Topics topics = new Topics(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      topicId = topics.find(topic).orElseThrow().id();
    }
    PartitionFold fold =
        new PartitionFold(
            0, source.rules(), metrics.stream().map(Metric::plan).toList(), 0, Carry.EMPTY);
    fold.advance(folded);
    Checkpoints checkpoints = new Checkpoints(store, source, metrics, topicId, GenerationStart.LOG);
    checkpoints.writeBase(fold.seal(List.of()).snapshot(), fold.carry(), epoch);

    Member member = join();

    await(() -> member.speed.troubles().stream().anyMatch(said -> said.contains("partition 0")));
    assertThat(member.read()).isEmpty();
    await(() -> checkpoints.newest(0).isEmpty()); // it is of no use to anybody
  }

  private boolean hasCheckpoints(String generation) throws Exception {
    try (Stream<Path> files = Files.walk(folder.resolve("store-" + topic))) {
      return files.anyMatch(
          path ->
              path.getFileName().toString().endsWith(".base")
                  && path.toString().contains("/" + generation + "-"));
    }
  }

  private GenerationStart run(String name, long... cut) {
    Map<Integer, Long> offsets = new TreeMap<>();
    for (int partition = 0; partition < cut.length; partition++) {
      offsets.put(partition, cut[partition]);
    }
    return new GenerationStart(name, Position.of(new TreeMap<>(offsets)), Map::of);
  }

  @Test
  void aNewGenerationIsFoldedBesideTheOldWhichGoesWhenNobodyReadsIt() throws Exception {
    TestingTopic.create(broker.bootstrapServers(), topic, 2);
    Member member = join();
    send(0, 0, 5_000);
    send(1, 0, 5_000);
    await(() -> isAt(member, 0, 5_000) && isAt(member, 1, 5_000));
    await(() -> hasCheckpoints("log"));

    published.publish(run("run-1", 1_000, 2_000));
    member.speed.lookForRuns();
    long before = System.nanoTime();
    await(() -> isAt(member, 0, 5_000) && isAt(member, 1, 5_000));
    LOG.info("Level after {} ms", (System.nanoTime() - before) / 1_000_000);

    assertThat(events(member.read(0).orElseThrow())).isEqualTo(4_000);
    assertThat(events(member.read(1).orElseThrow())).isEqualTo(3_000);
    send(0, 5_000, 5_001);
    for (int i = 0; i < 20; i++) { // a server that is on the old one still
      assertThat(member.read("log")).hasSize(2);
      TimeUnit.MILLISECONDS.sleep(100);
    }
    await(() -> isAt(member, 0, 5_001));
    await(() -> member.speed.positions().size() == 1);
    assertThat(member.speed.positions()).containsOnlyKeys("run-1");
    await(() -> !hasCheckpoints("log"));
  }

  @Test
  void rollbackServesAGenerationThatIsFedAndOneThatIsOver() throws Exception {
    TestingTopic.create(broker.bootstrapServers(), topic, 1);
    Member member = join();
    send(0, 0, 100);
    published.publish(run("run-1", 10));
    await(() -> isAt(member, 0, 100));
    published.publish(run("run-2", 60));
    await(() -> isAt(member, 0, 100));
    assertThat(events(member.read(0).orElseThrow())).isEqualTo(40);

    published.publish(run("run-1", 10));
    for (int i = 0; i < 30; i++) { // it never goes away for a moment
      assertThat(events(member.read("run-1").get(0))).isEqualTo(90);
      TimeUnit.MILLISECONDS.sleep(10);
    }
    await(() -> member.speed.positions().keySet().equals(Set.of("run-1")));

    published.publish(run("run-2", 60));
    await(() -> isAt(member, 0, 100));
    assertThat(events(member.read(0).orElseThrow())).isEqualTo(40);
  }

  @Test
  void aWorkerThatStartsInTheMiddleOfASwitchHasBothGenerations() throws Exception {
    TestingTopic.create(broker.bootstrapServers(), topic, 2);
    Member first = join();
    send(0, 0, 200);
    send(1, 0, 200);
    await(() -> isAt(first, 0, 200) && isAt(first, 1, 200));
    await(() -> hasCheckpoints("log"));
    published.publish(run("run-1", 150, 150));
    Member second = join();
    await(() -> second.owned().size() == 1 && second.partitions().equals(second.owned()));
    int its = second.owned().iterator().next();
    assertThat(second.read("log")).hasSize(1);
    assertThat(events(second.read("log").get(0))).isEqualTo(200);
    await(() -> isAt(second, its, 200));
    assertThat(events(second.read(its).orElseThrow())).isEqualTo(50);
  }

  @Test
  void aPartitionMayMoveInTheMiddleOfACatchUp() throws Exception {
    TestingTopic.create(broker.bootstrapServers(), topic, 2);
    Member first = join();
    for (int partition = 0; partition < 2; partition++) {
      send(partition, 0, 60_000);
      int its = partition;
      await(() -> isAt(first, its, 60_000));
    }
    published.publish(run("run-1", 1, 1));
    first.speed.lookForRuns();
    Member second = join();
    await(() -> second.owned().size() == 1);
    int its = second.owned().iterator().next();
    send(its, 60_000, 60_010);
    await(() -> isAt(second, its, 60_010));
    assertThat(events(second.read(its).orElseThrow())).isEqualTo(60_009);
    await(() -> first.partitions().equals(first.owned()));
    await(() -> first.speed.positions().keySet().equals(Set.of("run-1")));
    assertThat(events(first.read(1 - its).orElseThrow())).isEqualTo(59_999);
  }

  @Test
  void atTheBudgetFetchingWaitsForARunAndGoesOn() throws Exception {
    TestingTopic.create(broker.bootstrapServers(), topic, 1);
    List<String> asked = new CopyOnWriteArrayList<>();
    Member member = new Member(broker, new MemoryBudget(20_000_000, asked::add));
    int sent = 0;
    while (!member.memory.isFull()) {
      send(0, sent, sent + 20_000); // each a group of its own, and an id to remember
      sent += 20_000;
      TimeUnit.MILLISECONDS.sleep(100);
    }
    await(() -> asked.equals(List.of("clicks")));
    assertThat(member.memory.trouble().orElseThrow()).contains("nothing is fetched");
    TimeUnit.MILLISECONDS.sleep(700);
    long stopped = member.read(0).orElseThrow().position();
    send(0, sent, sent + 1_000);
    TimeUnit.MILLISECONDS.sleep(700);
    assertThat(member.read(0).orElseThrow().position()).isEqualTo(stopped);

    published.publish(run("run-1", stopped));

    int end = sent + 1_000;
    await(() -> isAt(member, 0, end));
    assertThat(events(member.read(0).orElseThrow())).isEqualTo(end - stopped);
    await(() -> member.memory.trouble().isEmpty());
  }
}
