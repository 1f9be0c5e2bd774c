/**
 * Checkpoints of the live folds: which files hold them, which of these make a recovery, and which
 * are no longer needed. {@link io.braid.speed.checkpoint.Checkpoints} is the main type. Offsets are
 * half-open ranges, sizes are bytes.
 */
package io.braid.speed.checkpoint;
