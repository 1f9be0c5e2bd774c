/**
 * JMH benchmarks: what an event costs in the decoders and in the fold, what a row costs in merging
 * and finishing views. Statements are compiled from SQL text, so that a parameter can name whatever
 * the language knows; events are the demo's. Main class {@link io.braid.benchmark.Benchmarks};
 * times are nanoseconds, an operation is one event or one row.
 */
package io.braid.benchmark;
