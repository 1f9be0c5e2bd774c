package io.braid.serving.http;

import io.braid.job.RunDocument;
import java.util.List;
import java.util.Optional;

/** What HTTP asks of the batch layer. Safe to share between threads. */
public interface BatchJobs {

  /** Asks for a run of a source that exists; it waits while another of that source is at work. */
  RunDocument submit(String source, String mode);

  /** Returns all runs that are known, newest first. */
  List<RunDocument> list();

  /** Returns a run, or empty when there is none of that id. */
  Optional<RunDocument> find(String id);

  /** Stops a run that is not final yet; returns what became of it. Empty when there is none. */
  Optional<RunDocument> cancel(String id);
}
