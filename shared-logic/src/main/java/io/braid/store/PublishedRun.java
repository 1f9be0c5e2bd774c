package io.braid.store;

/**
 * A run that serves, or served: {@link PublishedRuns} finds it.
 *
 * @param publication that says so
 * @param manifest of the run
 */
public record PublishedRun(Publication publication, RunManifest manifest) {}
