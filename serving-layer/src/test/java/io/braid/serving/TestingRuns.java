package io.braid.serving;

import io.braid.job.RunDocument;
import io.braid.job.RunDocument.State;
import io.braid.serving.http.BatchJobs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Runs that stay queued until they are set to something else. */
public final class TestingRuns implements BatchJobs {

  private final Map<String, RunDocument> documents = new TreeMap<>();

  @Override
  public synchronized RunDocument submit(String source, String mode) {
    return put("run-" + (documents.size() + 1), source, mode, State.queued);
  }

  /** Changes the state of a run. */
  public synchronized void set(String id, State state) {
    RunDocument run = documents.get(id);
    put(id, run.source(), run.mode(), state);
  }

  private RunDocument put(String id, String source, String mode, State state) {
    RunDocument run = new RunDocument(id, source, mode, state, 0, 0, null, null);
    documents.put(id, run);
    return run;
  }

  @Override
  public synchronized List<RunDocument> list() {
    return List.copyOf(new TreeMap<>(documents).descendingMap().values());
  }

  @Override
  public synchronized Optional<RunDocument> find(String id) {
    return Optional.ofNullable(documents.get(id));
  }

  @Override
  public synchronized Optional<RunDocument> cancel(String id) {
    return find(id).map(run -> put(id, run.source(), run.mode(), State.cancelled));
  }
}
