/**
 * All layers of one definition in one process, wired by plain constructors: broker, store, batch,
 * speed, serving, in this order, and closed in the reverse.
 *
 * <p>{@link io.braid.platform.SingleProcess} is the wiring; {@link io.braid.platform.SourceRuntime}
 * brings a published run to the queries of its source.
 */
package io.braid.platform;
