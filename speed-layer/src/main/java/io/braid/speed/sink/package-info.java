/**
 * What leaves the speed layer, at one of three levels of delivery. Only the owner of a partition
 * emits, in offset order, and nothing below the position that its consumer group has committed. An
 * {@link io.braid.speed.sink.Output} names the input it comes from; a {@link
 * io.braid.speed.sink.Sink} takes outputs and commits them together with their position.
 */
package io.braid.speed.sink;
