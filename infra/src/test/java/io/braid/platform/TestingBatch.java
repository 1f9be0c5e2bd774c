package io.braid.platform;

import io.braid.batch.archive.ArchiveRenewal;
import io.braid.batch.archive.Archiver;
import io.braid.batch.recompute.Recompute;
import io.braid.batch.recompute.SparkEngine;
import io.braid.batch.run.BatchRuns;
import io.braid.definition.DefinitionText;
import io.braid.definition.Definitions;
import io.braid.job.RunDocument;

/** The batch layer alone, in this process: it publishes runs for servers and workers elsewhere. */
final class TestingBatch implements AutoCloseable {

  private final Resources resources = new Resources();
  private final BatchRuns runs;

  TestingBatch(PlatformOptions options) {
    DefinitionText text = Environment.read(options);
    Definitions definitions = text.load();
    Environment environment =
        Environment.open(
            definitions, Environment.sharedKafka(definitions, options, "batch"), resources);
    SparkEngine spark = resources.open(new SparkEngine("local[1]"));
    this.runs =
        resources.open(
            new BatchRuns(
                definitions,
                environment.store(),
                environment.topics(),
                environment.topicOf(),
                new Archiver(environment.store(), environment.kafka(), environment.topics()),
                new ArchiveRenewal(environment.store()),
                new Recompute(environment.store(), text, spark, environment.clock(), "test"),
                (publication, manifest) -> {},
                environment.clock()));
  }

  /** Starts a run and returns its id. */
  String start(String source, String mode) {
    return runs.submit(source, mode).id();
  }

  RunDocument.State state(String run) {
    return runs.find(run).orElseThrow().state();
  }

  @Override
  public void close() {
    resources.close();
  }
}
