/**
 * Runs as jobs: asked for over HTTP or by a schedule, one at a time for each source, followed by
 * their documents. {@link io.braid.batch.run.BatchRuns} owns them.
 */
package io.braid.batch.run;
