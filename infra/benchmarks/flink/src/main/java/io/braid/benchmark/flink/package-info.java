/**
 * Flink SQL as a peer of the speed layer, in a module and a process of its own, since Flink's
 * libraries are not those of Braid.
 */
package io.braid.benchmark.flink;
