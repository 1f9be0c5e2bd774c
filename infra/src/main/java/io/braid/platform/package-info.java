/**
 * The processes of one definition, wired by plain constructors: broker, store, batch, speed,
 * serving, in this order, and closed in the reverse.
 *
 * <p>{@link io.braid.platform.SingleProcess} has all layers, {@link io.braid.platform.SpeedProcess}
 * and {@link io.braid.platform.ServeProcess} have one each; {@link io.braid.platform.ServedSources}
 * brings a published run to the queries of its source.
 */
package io.braid.platform;
