package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.broker.TestingBroker;
import io.braid.client.TestingAnswer;
import io.braid.client.TestingBraid;
import io.braid.launcher.TestingProcess;
import io.braid.log.GroupMember;
import io.braid.log.Position;
import io.braid.log.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invariant 4 over several processes: two workers, two servers, and later all layers in one beside
 * them, over one store and one broker. Orders keep coming, both servers are asked all the time, and
 * every answer is held to the fold of the position that it states. The tests are chapters of one
 * story.
 */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TwoWorkersIT {

  private static final String TOTAL = "orders_total";
  private static final List<String> METRICS =
      List.of(TOTAL, "orders_per_minute", "orders_sessions");
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final Pattern GOES_ON =
      Pattern.compile(".*partition (\\d) of generation \\S+ goes on from its checkpoint at (\\d+)");

  private final OrderFold fold = new OrderFold(true);
  private final List<TestingProcess> processes = new ArrayList<>();
  private final List<TestingProcess> workers = new ArrayList<>();
  private final List<TestingBraid> servers = new ArrayList<>();
  private final List<Inquirer> inquirers = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private Path directory;
  private Path config;
  private TestingBroker broker;
  private Topics topics;
  private OrderTraffic orders;
  private int checked;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    directory = folder;
    broker = TestingBroker.start(folder.resolve("broker"));
    config = define("braid.yaml", "");
    workers.add(process("speed"));
    workers.add(process("speed"));
    for (TestingProcess worker : workers) {
      worker.awaitReady();
    }
    topics = new Topics(Map.of("bootstrap.servers", broker.bootstrapServers()));
    orders = new OrderTraffic(broker.bootstrapServers(), new Orders(8), fold);
    eventually("both workers own partitions", () -> owners().size() == 2);
    List<TestingProcess> started =
        List.of(process("serve", "--http-port", "0"), process("serve", "--http-port", "0"));
    for (TestingProcess server : started) {
      servers.add(server.awaitReady().braid());
    }
    servers.forEach(server -> inquirers.add(new Inquirer(server, METRICS, Duration.ofMillis(120))));
  }

  @AfterAll
  void stop() throws Exception {
    inquirers.forEach(Inquirer::stop);
    orders.close();
    topics.close();
    for (TestingProcess process : processes) {
      process.close();
    }
    broker.close();
  }

  private Path define(String name, String token) throws Exception {
    return Files.writeString(
        directory.resolve(name),
        Orders.DROPPING_DEFINITIONS
            + """
              kafka: {bootstrap.servers: '%s'}
              speed: {checkpoint: {interval: 500ms, deltas_above: 0KB}%s}
              """
                .formatted(broker.bootstrapServers(), token));
  }

  private TestingProcess process(String command, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(command, "--config", config.toString()));
    arguments.addAll(List.of(more));
    TestingProcess process = TestingProcess.start(directory, arguments.toArray(String[]::new));
    processes.add(process);
    return process;
  }

  private static void eventually(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  /** Returns who owns partitions, by address, as the group says it. */
  private SortedMap<String, Set<Integer>> owners() throws Exception {
    SortedMap<String, Set<Integer>> owners = new TreeMap<>();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      for (GroupListing group : admin.listGroups().all().get()) {
        for (GroupMember member : topics.members(group.groupId())) {
          Set<Integer> owned = member.partitions("orders");
          if (!owned.isEmpty()) {
            owners.put(member.address().orElseThrow(), owned);
          }
        }
      }
    }
    return owners;
  }

  private static String address(TestingProcess worker) {
    return worker.braid().url().getAuthority();
  }

  private void awaitLevel(TestingBraid server) throws Exception {
    Position ends = Position.of(orders.ends());
    eventually(
        "level with " + ends,
        () -> {
          TestingAnswer answer = server.ask(TOTAL);
          return Inquirer.missing(answer).isEmpty() && Inquirer.position(answer).isAtOrPast(ends);
        });
  }

  private void check(Inquirer inquirer) {
    List<TestingAnswer> taken = inquirer.take();
    taken.forEach(answer -> orders.readBack(Inquirer.position(answer)));
    inquirer.check(fold, taken);
    checked += taken.size();
  }

  private void checkAll() {
    inquirers.forEach(this::check);
  }

  @Test
  @Order(1)
  void bothWorkersOwnPartitionsAndBothServersReadThem() throws Exception {
    SortedMap<String, Set<Integer>> owners = owners();
    assertThat(owners).containsOnlyKeys(address(workers.get(0)), address(workers.get(1)));
    Set<Integer> all = new TreeSet<>();
    owners.values().forEach(all::addAll);
    assertThat(all).containsExactly(0, 1, 2);
    for (TestingBraid server : servers) {
      awaitLevel(server);
    }
    checkAll();
  }

  @Test
  @Order(2)
  void jobsAreRefusedByServersWithTheNameOfTheProcessThatHasThem() throws Exception {
    for (String path : List.of("/batch/runs", "/replays", "/comparisons")) {
      assertNotHere(request(path).GET());
      assertNotHere(
          request(path)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"source\": \"orders\"}")));
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(servers.get(0).url() + "/api/v1" + path));
  }

  private void assertNotHere(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(409);
    assertThat(response.body()).contains("not-here").contains("braid up");
  }

  @Test
  @Order(3)
  void otherWorkerTakesOverFromOneThatIsKilled() throws Exception {
    TestingProcess killed = workers.get(0);
    long killedNanos = System.nanoTime();
    killed.killAlone();
    awaitLevel(servers.get(0));
    long levelNanos = System.nanoTime() - killedNanos;
    awaitLevel(servers.get(1));
    eventually("one owner", () -> owners().keySet().equals(Set.of(address(workers.get(1)))));
    long ownedNanos = System.nanoTime() - killedNanos;

    checkAll();
    System.out.printf(
        "TwoWorkersIT: kill of a worker to level %.1f s, to the group's word %.1f s; %s, %s%n",
        levelNanos / 1e9, ownedNanos / 1e9, inquirers.get(0).figures(), inquirers.get(1).figures());
  }

  /** Waits until a worker has opened all that it owns, from checkpoints alone. */
  private void awaitGoneOn(TestingProcess worker) throws Exception {
    eventually(
        "checkpoints that are gone on from: " + worker.err(),
        () -> goneOn(worker).containsAll(owners().get(address(worker))));
  }

  private static Set<Integer> goneOn(TestingProcess worker) {
    Set<Integer> goneOn = new TreeSet<>();
    for (String line : worker.err()) {
      Matcher matcher = GOES_ON.matcher(line);
      if (matcher.matches() && Long.parseLong(matcher.group(2)) > 0) {
        goneOn.add(Integer.valueOf(matcher.group(1)));
      }
    }
    return goneOn;
  }

  @Test
  @Order(4)
  void oneThatComesBackIsHandedPartitionsByCheckpoint() throws Exception {
    long startedNanos = System.nanoTime();
    workers.set(0, process("speed").awaitReady());
    awaitTwoOwners();
    System.out.printf(
        "TwoWorkersIT: start of a worker to its partitions %.1f s%n",
        (System.nanoTime() - startedNanos) / 1e9);
    for (TestingBraid server : servers) {
      awaitLevel(server);
    }
    awaitGoneOn(workers.get(0));
    checkAll();
  }

  private void awaitTwoOwners() throws Exception {
    Set<String> both = Set.of(address(workers.get(0)), address(workers.get(1)));
    eventually("both own partitions", () -> owners().keySet().equals(both));
  }

  @Test
  @Order(5)
  void partitionsWithoutAnyWorkerAreNamedAndRefusedUntilOneIsBack() throws Exception {
    TestingBraid server = servers.get(0);

    workers.forEach(TestingProcess::killAlone);
    eventually("a partial answer", () -> Inquirer.missing(server.ask(TOTAL)).size() == 3);
    assertThatThrownBy(() -> server.ask(TOTAL, "require", "complete"))
        .hasMessageContaining("3 ranges of the log are missing");

    long startedNanos = System.nanoTime();
    workers.set(0, process("speed"));
    workers.set(1, process("speed"));
    for (TestingProcess worker : workers) {
      worker.awaitReady();
    }
    awaitLevel(server);
    System.out.printf(
        "TwoWorkersIT: start of two workers to level %.1f s%n",
        (System.nanoTime() - startedNanos) / 1e9);
    awaitTwoOwners();
    awaitLevel(servers.get(1));
    for (TestingProcess worker : workers) {
      awaitGoneOn(worker);
    }
    checkAll();
    assertThat(inquirers).allMatch(inquirer -> inquirer.partial() > 0);
    assertThat(inquirers).allMatch(inquirer -> inquirer.refused() > 0);
  }

  @Test
  @Order(6)
  void serverWithAnotherTokenIsRefusedAndSaysSo() throws Exception {
    Path other = define("other.yaml", ", token: not-the-one-of-the-store");
    TestingProcess server =
        TestingProcess.start(directory, "serve", "--config", other.toString(), "--http-port", "0");
    processes.add(server);

    eventually(
        "a word on it",
        () ->
            server.err().stream()
                .anyMatch(
                    line ->
                        line.contains("refuses (401)")
                            && line.contains("The token is not the worker's")));
    assertThat(server.out()).as("It is not ready").isEmpty();
    server.close();
  }

  @Test
  @Order(7)
  void everyServerMovesToARunThatAllLayersInOneProcessPublish() throws Exception {
    TestingProcess up = process("up", "--http-port", "0");
    TestingBraid braid = up.awaitReady().braid();
    inquirers.add(new Inquirer(braid, METRICS, Duration.ofMillis(120)));
    eventually("three owners", () -> owners().size() == 3);

    for (int i = 0; i < 2; i++) {
      String run = braid.run("orders").path("id").asText();
      for (TestingBraid server : List.of(servers.get(0), servers.get(1), braid)) {
        eventually("the run at " + server.url(), () -> server.ask(TOTAL).run().equals(run));
      }
    }
    for (TestingBraid server : List.of(servers.get(0), servers.get(1), braid)) {
      awaitLevel(server);
    }
    checkAll();
    assertThat(braid.await(braid.startComparison("orders")).path("equal").asBoolean()).isTrue();
  }

  @Test
  @Order(8)
  void answersAreWholeAtTheLogEndWhenAllIsQuiet() throws Exception {
    orders.stop();
    for (TestingBraid server : servers) {
      awaitLevel(server);
      for (String metric : METRICS) {
        TestingAnswer answer = server.ask(metric, "limit", "10000", "require", "complete");
        orders.readBack(Inquirer.position(answer));
        assertThat(answer.rows()).isNotEmpty().isEqualTo(Inquirer.expected(fold, answer));
      }
    }
    inquirers.forEach(Inquirer::stop);
    checkAll();
    assertThat(checked).isGreaterThan(100);
    for (Inquirer inquirer : inquirers) {
      System.out.println("TwoWorkersIT: " + inquirer.figures());
    }
  }
}
