package io.braid.speed.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.definition.Metric;
import io.braid.fold.CarrySize;
import io.braid.fold.FoldCounts;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.OffsetRange;
import io.braid.log.Position;
import io.braid.peer.Health;
import io.braid.peer.PartialViewCodec;
import io.braid.peer.PartialViews;
import io.braid.peer.PeerProtocol;
import io.braid.peer.PeerSource;
import io.braid.time.PaneRange;
import io.braid.time.PartitionTime;
import io.braid.time.Window;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerEndpointTest {

  private static final ViewSchema SCHEMA =
      new ViewSchema(
          List.of(new ViewSchema.Key("k", ColumnType.BIGINT)),
          new Window.None(),
          List.of(Aggregate.of(StandardAggregate.COUNT)));

  private static final PeerSource CLICKS =
      new PeerSource("clicks", "topic-id", List.of(metric("a"), metric("b")));

  /** Far more than any buffer on the way. */
  private static final int ROWS = 200_000;

  private final Views views = new Views();
  private final AtomicReference<Health> health =
      new AtomicReference<>(new Health(List.of(), List.of()));
  private final WorkerEndpoint endpoint = endpoint(0);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    endpoint.close();
  }

  private WorkerEndpoint endpoint(int port) {
    return new WorkerEndpoint(
        "127.0.0.1",
        port,
        List.of(CLICKS),
        views,
        "secret"::equals,
        () -> "braid_speed_position 7\n",
        health::get);
  }

  private static Metric metric(String name) {
    MetricPlan plan = new MetricPlan(Optional.empty(), List.of(), List.of(), SCHEMA, List.of());
    return new Metric(name, "clicks", "SELECT", ZoneOffset.UTC, plan, "fingerprint-of-" + name);
  }

  /** A worker that holds one partition and can be told to fail in the middle of an answer. */
  private static final class Views implements PartialViews {
    private volatile boolean failing;
    private volatile boolean failingAtOnce;

    @Override
    public Optional<List<PartitionSnapshot>> read(
        String source, String generation, List<Integer> metrics, PaneRange range) {
      if (!generation.equals("run-1")) {
        return Optional.empty();
      }
      if (failing || failingAtOnce) {
        return Optional.of(
            new AbstractList<>() {
              @Override
              public PartitionSnapshot get(int index) {
                if (index == 1 || failingAtOnce) {
                  throw new IllegalStateException("A view went wrong on the way");
                }
                return snapshot(metrics);
              }

              @Override
              public int size() {
                return 2;
              }
            });
      }
      return Optional.of(List.of(snapshot(metrics)));
    }

    private static PartitionSnapshot snapshot(List<Integer> metrics) {
      return new PartitionSnapshot(
          new OffsetRange(3, 10, 20),
          List.of(),
          PartitionTime.START,
          FoldCounts.zero(2),
          metrics.stream().map(unused -> view()).toList(),
          77,
          CarrySize.NONE);
    }

    private static View view() {
      View view = new View(SCHEMA);
      long[] keys = LongStream.range(0, ROWS).toArray();
      view.countRows(
          view.rows(List.of(LongColumn.of(ColumnType.BIGINT, keys, ROWS)), new long[ROWS], ROWS),
          ROWS);
      return view;
    }

    @Override
    public Optional<SortedMap<String, Position>> positions(String source) {
      return Optional.of(
          new TreeMap<>(
              Map.of("run-1", Position.of(Map.of(3, 20L)), "log", Position.of(Map.of(3, 21L)))));
    }
  }

  private HttpResponse<byte[]> get(String path, String authorization) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint.address() + path));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return get(path, "Bearer secret");
  }

  private static String view(String source, String more) {
    return "/worker/v1/sources/%s/views?fingerprint=%s&from=0&to=9%s"
        .formatted(source, CLICKS.fingerprint(), more);
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void viewsAreHandedOutWithTheirPosition() throws Exception {
    HttpResponse<byte[]> response = get(view("clicks", "&generation=run-1&metrics=1"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains(PeerProtocol.CONTENT_TYPE);
    List<PartitionSnapshot> snapshots =
        PartialViewCodec.read(new ByteArrayInputStream(response.body()), "run-1", List.of(SCHEMA));
    assertThat(snapshots).hasSize(1);
    assertThat(snapshots.get(0).folded()).isEqualTo(new OffsetRange(3, 10, 20));
    assertThat(snapshots.get(0).views().get(0).size()).isEqualTo(ROWS);
  }

  @Test
  void noMetricIsAskedForByAnEmptyList() throws Exception {
    HttpResponse<byte[]> response = get(view("clicks", "&generation=run-1&metrics="));

    List<PartitionSnapshot> snapshots =
        PartialViewCodec.read(new ByteArrayInputStream(response.body()), "run-1", List.of());
    assertThat(snapshots.get(0).position()).isEqualTo(20);
  }

  @Test
  void positionsOfAllGenerationsAreTold() throws Exception {
    HttpResponse<byte[]> response =
        get("/worker/v1/sources/clicks/positions?fingerprint=" + CLICKS.fingerprint());

    assertThat(text(response))
        .isEqualTo("{\"generations\":{\"log\":{\"3\":21},\"run-1\":{\"3\":20}}}");
  }

  @Test
  void nothingIsToldWithoutTheToken() throws Exception {
    String path = view("clicks", "&generation=run-1&metrics=");
    for (String authorization : new String[] {null, "", "Bearer ", "Bearer other", "secret"}) {
      for (String asked :
          List.of(path, "/worker/v1/live", "/worker/v1/nothing", "/metrics/", "/health")) {
        assertThat(get(asked, authorization).statusCode())
            .as("%s with %s", asked, authorization)
            .isEqualTo(401);
      }
    }
    assertThat(text(get("/worker/v1/live"))).isEqualTo("live");
  }

  @Test
  void figuresAndHealthAreToldToWhomeverAsks() throws Exception {
    HttpResponse<byte[]> figures = get("/metrics", null);
    assertThat(text(figures)).isEqualTo("braid_speed_position 7\n");
    assertThat(figures.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    assertThat(text(get("/health/live", null))).isEqualTo("{\"status\":\"live\"}");
    assertThat(text(get("/health/ready", null)))
        .isEqualTo("{\"status\":\"ready\",\"reasons\":[],\"notes\":[]}");

    health.set(new Health(List.of("The log is gone"), List.of("Memory is short")));
    HttpResponse<byte[]> unready = get("/health/ready", null);
    assertThat(unready.statusCode()).isEqualTo(503);
    assertThat(text(unready))
        .isEqualTo(
            "{\"status\":\"not ready\",\"reasons\":[\"The log is gone\"],\"notes\":[\"Memory is short\"]}");
  }

  @Test
  void whatIsNotFoldedHereIsNotFound() throws Exception {
    HttpResponse<byte[]> generation = get(view("clicks", "&generation=run-2&metrics=0"));
    assertThat(generation.statusCode()).isEqualTo(404);
    assertThat(text(generation))
        .isEqualTo("Generation 'run-2' of source clicks is not folded here");

    HttpResponse<byte[]> source = get(view("other", "&generation=run-1&metrics=0"));
    assertThat(source.statusCode()).isEqualTo(404);
    assertThat(text(source)).isEqualTo("Source 'other' is not folded here; valid: [clicks]");
  }

  @Test
  void otherDefinitionsAreAConflict() throws Exception {
    HttpResponse<byte[]> response =
        get(
            "/worker/v1/sources/clicks/views?fingerprint=0123456789abcdef&from=0&to=9&generation=run-1&metrics=");

    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(text(response)).contains("0123456789abcdef", CLICKS.fingerprint(), "definitions");
  }

  @Test
  void parametersOfWrongFormAreRefused() throws Exception {
    for (String wrong :
        List.of(
            "&generation=run-1",
            "&metrics=0",
            "&generation=run-1&metrics=2",
            "&generation=run-1&metrics=-1",
            "&generation=run-1&metrics=0,",
            "&generation=run-1&metrics=99999999999")) {
      assertThat(get(view("clicks", wrong)).statusCode()).as(wrong).isEqualTo(400);
    }
  }

  @Test
  void anAnswerThatFailsOnTheWayIsNoWholeOne() throws Exception {
    views.failing = true;

    HttpResponse<byte[]> response;
    try {
      response = get(view("clicks", "&generation=run-1&metrics=0"));
    } catch (IOException e) {
      return; // the connection was cut: as good
    }

    assertThat(response.statusCode()).isEqualTo(200);
    assertThatThrownBy(
            () ->
                PartialViewCodec.read(
                    new ByteArrayInputStream(response.body()), "run-1", List.of(SCHEMA)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut off");
  }

  @Test
  void anAnswerThatFailsBeforeItIsOnTheWayIsAnError() throws Exception {
    views.failingAtOnce = true;

    HttpResponse<byte[]> response = get(view("clicks", "&generation=run-1&metrics=0"));

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(text(response)).isEqualTo("The worker failed; its log says more");
  }

  @Test
  void aTakenPortIsToldInASentence() {
    int port = Integer.parseInt(endpoint.address().substring("127.0.0.1:".length()));

    assertThatThrownBy(() -> endpoint(port))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("speed.port");
  }
}
