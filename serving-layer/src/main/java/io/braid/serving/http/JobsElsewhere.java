package io.braid.serving.http;

import io.braid.fold.PartitionSnapshot;
import io.braid.job.ComparisonDocument;
import io.braid.job.ReplayDocument;
import io.braid.job.ReplayRequest;
import io.braid.job.RunDocument;
import io.braid.log.Position;
import io.braid.serving.compare.ComparisonJobs;
import io.braid.serving.compare.ReplayJobs;
import io.braid.serving.query.RefusedException;
import io.braid.serving.query.RefusedException.Reason;
import io.braid.serving.query.ViewChoice;
import io.braid.time.PaneRange;
import java.util.List;
import java.util.Optional;

/**
 * The jobs of a process that only serves: every question about runs, replays and comparisons is
 * refused with the name of the process that has them. Also lists are: an empty one would be wrong.
 */
public final class JobsElsewhere {

  private final String process;

  /**
   * Refuses jobs.
   *
   * @param process which has them, as it stands behind "ask": {@code the process that `braid up`
   *     runs on store file:/data}
   */
  public JobsElsewhere(String process) {
    this.process = process;
  }

  /** Returns runs that are elsewhere. */
  public BatchJobs runs() {
    return new Runs();
  }

  /** Returns replays that are elsewhere. */
  public ReplayJobs replays() {
    return new Replays();
  }

  /** Returns comparisons that are elsewhere. */
  public ComparisonJobs comparisons() {
    return new Comparisons();
  }

  private RefusedException refusal(String jobs) {
    return RefusedException.of(
        Reason.NOT_HERE, "This process only serves and has no %s; ask %s".formatted(jobs, process));
  }

  private final class Runs implements BatchJobs {
    @Override
    public RunDocument submit(String source, String mode) {
      throw refusal("runs");
    }

    @Override
    public List<RunDocument> list() {
      throw refusal("runs");
    }

    @Override
    public Optional<RunDocument> find(String id) {
      throw refusal("runs");
    }

    @Override
    public Optional<RunDocument> cancel(String id) {
      throw refusal("runs");
    }
  }

  private final class Replays implements ReplayJobs {
    @Override
    public ReplayDocument start(ReplayRequest request) {
      throw refusal("replays");
    }

    @Override
    public ReplayDocument extend(String id, Position end) {
      throw refusal("replays");
    }

    @Override
    public List<ReplayDocument> list() {
      throw refusal("replays");
    }

    @Override
    public Optional<ReplayDocument> find(String id) {
      throw refusal("replays");
    }

    @Override
    public Optional<ReplayDocument> cancel(String id) {
      throw refusal("replays");
    }

    @Override
    public List<PartitionSnapshot> read(String id, List<Integer> metrics, PaneRange range) {
      throw refusal("replays");
    }
  }

  private final class Comparisons implements ComparisonJobs {
    @Override
    public ComparisonDocument start(String source, ViewChoice left, Optional<String> rightReplay) {
      throw refusal("comparisons");
    }

    @Override
    public List<ComparisonDocument> list() {
      throw refusal("comparisons");
    }

    @Override
    public Optional<ComparisonDocument> find(String id) {
      throw refusal("comparisons");
    }
  }
}
