package io.braid.platform;

import io.braid.fold.PartitionSnapshot;
import io.braid.job.ReplayDocument;
import io.braid.job.ReplayRequest;
import io.braid.log.Position;
import io.braid.serving.compare.ReplayJobs;
import io.braid.speed.replay.Replays;
import io.braid.time.PaneRange;
import java.util.List;
import java.util.Optional;

/** The speed layer's replays as the serving layer knows them. */
record ReplayAdapter(Replays replays) implements ReplayJobs {

  @Override
  public ReplayDocument start(ReplayRequest request) {
    return replays.start(request);
  }

  @Override
  public ReplayDocument extend(String id, Position end) {
    return replays.extend(id, end);
  }

  @Override
  public List<ReplayDocument> list() {
    return replays.list();
  }

  @Override
  public Optional<ReplayDocument> find(String id) {
    return replays.find(id);
  }

  @Override
  public Optional<ReplayDocument> cancel(String id) {
    return replays.cancel(id);
  }

  @Override
  public List<PartitionSnapshot> read(String id, List<Integer> metrics, PaneRange range) {
    return replays.read(id, metrics, range);
  }
}
