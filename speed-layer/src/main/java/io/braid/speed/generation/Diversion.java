package io.braid.speed.generation;

import java.util.BitSet;

/**
 * Why an event is copied to where late events go.
 *
 * @param watermarkMs before the event: what it came too late for, epoch milliseconds
 * @param metrics that dropped it, by their index in the order of the source's definition
 */
public record Diversion(long watermarkMs, BitSet metrics) {}
