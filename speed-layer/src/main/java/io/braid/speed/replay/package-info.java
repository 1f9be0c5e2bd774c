/**
 * Replays: the Kappa answer, folded from the log alone by the streaming path, on consumers of their
 * own. {@link io.braid.speed.replay.Replays} owns the jobs; a completed replay's views are kept in
 * the store.
 */
package io.braid.speed.replay;
