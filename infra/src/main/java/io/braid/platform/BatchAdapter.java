package io.braid.platform;

import io.braid.batch.run.BatchRuns;
import io.braid.job.RunDocument;
import io.braid.serving.http.BatchJobs;
import java.util.List;
import java.util.Optional;

/** The batch layer's runs as the serving layer knows them. */
record BatchAdapter(BatchRuns runs) implements BatchJobs {

  @Override
  public RunDocument submit(String source, String mode) {
    return runs.submit(source, mode);
  }

  @Override
  public List<RunDocument> list() {
    return runs.list();
  }

  @Override
  public Optional<RunDocument> find(String id) {
    return runs.find(id);
  }

  @Override
  public Optional<RunDocument> cancel(String id) {
    return runs.cancel(id);
  }
}
