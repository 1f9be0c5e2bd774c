/**
 * Positions in a Kafka log: which offsets a view covers and which come next.
 *
 * <p>Offsets are those of one partition; ranges are half-open, so that the end of one range is the
 * start of the next. {@link io.braid.log.Topics} asks the broker about topics.
 */
package io.braid.log;
