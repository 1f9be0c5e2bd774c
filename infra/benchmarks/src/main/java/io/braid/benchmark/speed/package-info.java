/**
 * The speed layer against its peers, in processes of their own on one broker: throughput,
 * freshness, recovery and what state costs. {@link io.braid.benchmark.speed.SpeedBenchmarks} is the
 * command; the contestants are {@link io.braid.benchmark.speed.RawPoll}, {@link
 * io.braid.benchmark.speed.SpeedPeer}, {@link io.braid.benchmark.speed.StreamsPeer} and, in a
 * module of its own, Flink. Times are measured in nanoseconds and told in ms or events a second.
 */
package io.braid.benchmark.speed;
