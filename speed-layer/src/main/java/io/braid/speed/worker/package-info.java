/**
 * Workers: consumers in a Kafka group that decode a source's partitions once and feed every
 * generation.
 *
 * <p>{@link io.braid.speed.worker.SourceSpeed} is the speed layer of one source.
 */
package io.braid.speed.worker;
