package io.braid.serving;

import io.braid.fold.PartitionSnapshot;
import io.braid.job.ReplayDocument;
import io.braid.job.ReplayDocument.State;
import io.braid.job.ReplayRequest;
import io.braid.log.Position;
import io.braid.serving.compare.ReplayJobs;
import io.braid.time.PaneRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Replays of a {@link TestingLog}, done at once unless told to wait. */
public final class TestingReplays implements ReplayJobs {

  private final TestingLog log;
  private final Map<String, ReplayDocument> documents = new ConcurrentHashMap<>();
  private final Map<String, TestingSpeed> folds = new ConcurrentHashMap<>();
  private State outcome = State.completed;

  public TestingReplays(TestingLog log) {
    this.log = log;
  }

  /** Lets replays that start from now on end so. */
  public void endWith(State state) {
    outcome = state;
  }

  @Override
  public ReplayDocument start(ReplayRequest request) {
    Position end = request.to().orElse(log.end());
    if (!log.end().isAtOrPast(end)) {
      throw new IllegalArgumentException(
          "Field 'to': %s lies behind the log ends %s".formatted(end, log.end()));
    }
    TreeMap<Integer, Long> from = new TreeMap<>();
    end.partitions().forEach(p -> from.put(p, request.from().map(f -> f.offset(p, 0)).orElse(0L)));
    String id = "replay-%d".formatted(documents.size() + 1);
    folds.put(id, new TestingSpeed(log, new Position(from)).advance(end));
    ReplayDocument document =
        new ReplayDocument(
            id,
            request.source(),
            outcome,
            end,
            end,
            5,
            0,
            outcome == State.failed ? "The broker went away" : null);
    documents.put(id, document);
    return document;
  }

  @Override
  public ReplayDocument extend(String id, Position end) {
    ReplayDocument document = documents.get(id);
    if (document.state() != State.completed || !end.isAtOrPast(document.position())) {
      throw new IllegalStateException(
          "Cannot fold replay %s on to %s: it stands at %s already"
              .formatted(id, end, document.position()));
    }
    folds.get(id).advance(end);
    ReplayDocument extended =
        new ReplayDocument(id, document.source(), State.completed, end, end, 5, 0, null);
    documents.put(id, extended);
    return extended;
  }

  @Override
  public List<ReplayDocument> list() {
    List<ReplayDocument> all = new ArrayList<>(new TreeMap<>(documents).descendingMap().values());
    return all;
  }

  @Override
  public Optional<ReplayDocument> find(String id) {
    return Optional.ofNullable(documents.get(id));
  }

  @Override
  public Optional<ReplayDocument> cancel(String id) {
    return Optional.ofNullable(
        documents.computeIfPresent(
            id,
            (key, d) ->
                new ReplayDocument(
                    id, d.source(), State.cancelled, d.position(), d.end(), 5, 0, null)));
  }

  @Override
  public List<PartitionSnapshot> read(String id, List<Integer> metrics, PaneRange range) {
    return folds.get(id).read(metrics, range);
  }
}
