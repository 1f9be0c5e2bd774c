package io.braid.serving.http;

import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.braid.job.ComparisonDocument;
import io.braid.job.ReplayDocument;
import io.braid.job.ReplayRequest;
import io.braid.job.RunDocument;
import io.braid.log.KafkaUnavailableException;
import io.braid.log.Position;
import io.braid.log.TopicRefusedException;
import io.braid.serving.compare.ComparisonJobs;
import io.braid.serving.compare.ReplayJobs;
import io.braid.serving.query.RefusedException;
import io.braid.serving.query.RefusedException.Reason;
import io.braid.serving.query.ValidNames;
import io.braid.serving.query.ViewChoice;
import io.braid.store.Json;
import io.braid.time.Timestamps;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Starts, shows and stops the jobs: runs, replays and comparisons. */
final class JobEndpoints {

  static final String RUNS = "/api/v1/batch/runs";
  static final String REPLAYS = "/api/v1/replays";
  static final String COMPARISONS = "/api/v1/comparisons";

  private static final ObjectWriter JSON =
      Json.mapper().writer().with(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN);

  private static final List<String> MODES = List.of("full", "incremental");

  /** Fields of a replay that change its definition or pace; they come with a later version. */
  private static final List<String> LATER_REPLAY_FIELDS =
      List.of("late", "allowed_lateness", "watermark", "deduplicate", "metrics", "rate");

  private static final List<String> REPLAY_FIELDS =
      List.of(
          "source",
          "from",
          "to",
          "late",
          "allowed_lateness",
          "watermark",
          "deduplicate",
          "metrics",
          "rate");

  private final Set<String> sources;
  private final BatchJobs batch;
  private final ReplayJobs replays;
  private final ComparisonJobs comparisons;

  JobEndpoints(
      Set<String> sources, BatchJobs batch, ReplayJobs replays, ComparisonJobs comparisons) {
    this.sources = sources;
    this.batch = batch;
    this.replays = replays;
    this.comparisons = comparisons;
  }

  void startRun(Context ctx) throws IOException {
    Body body = Body.read(ctx, List.of("source", "mode"));
    String mode = body.optionalText("mode", "full, incremental").orElse("full");
    if (!MODES.contains(mode)) {
      throw Body.wrong("mode", "'" + mode + "'", "full, incremental");
    }
    String source = source(body);
    RunDocument run = asked(() -> batch.submit(source, mode));
    accepted(ctx, RUNS, run.id(), run);
  }

  void listRuns(Context ctx) throws IOException {
    json(ctx, Map.of("items", batch.list()));
  }

  void showRun(Context ctx) throws IOException {
    json(ctx, batch.find(ctx.pathParam("id")).orElseThrow(() -> unknown(ctx, "run", RUNS)));
  }

  void cancelRun(Context ctx) throws IOException {
    RunDocument run = batch.find(ctx.pathParam("id")).orElseThrow(() -> unknown(ctx, "run", RUNS));
    if (!run.isFinal()) {
      run = asked(() -> batch.cancel(ctx.pathParam("id"))).orElse(run);
    }
    if (run.isFinal() && run.state() != RunDocument.State.cancelled) {
      throw over("Run", run.id(), run.state());
    }
    json(ctx, run);
  }

  void startReplay(Context ctx) throws IOException {
    Body body = Body.read(ctx, REPLAY_FIELDS);
    for (String field : LATER_REPLAY_FIELDS) {
      if (body.has(field)) {
        throw RefusedException.invalid(
            "Field '%s' is not supported yet; valid: source, from, to".formatted(field));
      }
    }
    Optional<Position> from = replayEnd(body, "from", "earliest");
    Optional<Position> to = replayEnd(body, "to", "latest");
    if (from.isPresent() && to.isPresent()) {
      checkOrder(from.get(), to.get());
    }
    String source = source(body);
    ReplayDocument replay = asked(() -> replays.start(new ReplayRequest(source, from, to)));
    accepted(ctx, REPLAYS, replay.id(), replay);
  }

  private static Optional<Position> replayEnd(Body body, String field, String word) {
    Optional<Position> position = body.position(field);
    if (position.isPresent()) {
      return position;
    }
    String expected = "\"%s\" or a position such as {\"0\": 120}".formatted(word);
    Optional<String> text = body.optionalText(field, expected);
    if (text.isPresent() && !text.get().equals(word)) {
      if (Timestamps.parse(text.get()).isPresent()) {
        throw RefusedException.invalid(
            "Field '%s': a time is not supported yet; valid: %s".formatted(field, expected));
      }
      throw Body.wrong(field, "'" + text.get() + "'", expected);
    }
    return Optional.empty();
  }

  private static void checkOrder(Position from, Position to) {
    from.offsets()
        .forEach(
            (partition, offset) -> {
              if (to.partitions().contains(partition) && offset > to.offset(partition)) {
                throw RefusedException.invalid(
                    "Field 'from': offset %d of partition %d is behind the end %d in 'to'"
                        .formatted(offset, partition, to.offset(partition)));
              }
            });
  }

  void listReplays(Context ctx) throws IOException {
    json(ctx, Map.of("items", replays.list()));
  }

  void showReplay(Context ctx) throws IOException {
    json(ctx, replays.find(ctx.pathParam("id")).orElseThrow(() -> unknown(ctx, "replay", REPLAYS)));
  }

  void cancelReplay(Context ctx) throws IOException {
    ReplayDocument replay =
        replays.find(ctx.pathParam("id")).orElseThrow(() -> unknown(ctx, "replay", REPLAYS));
    if (!replay.isFinal()) {
      replay = asked(() -> replays.cancel(ctx.pathParam("id"))).orElse(replay);
    }
    if (replay.isFinal() && replay.state() != ReplayDocument.State.cancelled) {
      throw over("Replay", replay.id(), replay.state());
    }
    json(ctx, replay);
  }

  void startComparison(Context ctx) throws IOException {
    Body body = Body.read(ctx, List.of("source", "left", "right"));
    String leftText = body.optionalText("left", ViewChoice.FORMS).orElse("merged");
    ViewChoice left =
        ViewChoice.parse(leftText)
            .orElseThrow(() -> Body.wrong("left", "'" + leftText + "'", ViewChoice.FORMS));
    Optional<String> right =
        body.optionalText("right", "replay:<id>")
            .map(
                text ->
                    ViewChoice.parse(text)
                        .filter(choice -> choice.kind() == ViewChoice.Kind.REPLAY)
                        .orElseThrow(
                            () ->
                                Body.wrong(
                                    "right",
                                    "'" + text + "'",
                                    "replay:<id>, or nothing for a fresh replay"))
                        .replay());
    ComparisonDocument comparison = comparisons.start(source(body), left, right);
    accepted(ctx, COMPARISONS, comparison.id(), comparison);
  }

  void listComparisons(Context ctx) throws IOException {
    json(ctx, Map.of("items", comparisons.list()));
  }

  void showComparison(Context ctx) throws IOException {
    json(
        ctx,
        comparisons
            .find(ctx.pathParam("id"))
            .orElseThrow(() -> unknown(ctx, "comparison", COMPARISONS)));
  }

  private String source(Body body) {
    String source = body.text("source");
    if (!sources.contains(source)) {
      throw RefusedException.notFound(
          "Unknown source '%s'%s".formatted(source, ValidNames.hint(source, sources)));
    }
    return source;
  }

  /** Asks another layer; what it does not accept is the request's mistake or the state's. */
  private static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (IllegalArgumentException e) {
      throw RefusedException.invalid(e.getMessage());
    } catch (IllegalStateException | TopicRefusedException e) {
      throw RefusedException.of(Reason.CONFLICT, e.getMessage());
    } catch (KafkaUnavailableException e) {
      throw RefusedException.later(Reason.UNAVAILABLE, e.getMessage(), Duration.ofSeconds(5));
    }
  }

  private static RefusedException unknown(Context ctx, String what, String list) {
    return RefusedException.notFound(
        "Unknown %s '%s'; GET %s lists all".formatted(what, ctx.pathParam("id"), list));
  }

  private static RefusedException over(String what, String id, Enum<?> state) {
    return RefusedException.of(
        Reason.CONFLICT, "%s %s is %s and cannot be cancelled".formatted(what, id, state));
  }

  private static void accepted(Context ctx, String path, String id, Object document)
      throws IOException {
    ctx.status(202);
    ctx.header("Location", path + "/" + id);
    json(ctx, document);
  }

  static void json(Context ctx, Object document) throws IOException {
    ctx.contentType("application/json");
    ctx.result(JSON.writeValueAsBytes(document));
  }
}
