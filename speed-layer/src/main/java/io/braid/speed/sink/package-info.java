/**
 * What leaves the speed layer. Only the owner of a partition emits, and nothing below the position
 * that its consumer group has committed.
 */
package io.braid.speed.sink;
