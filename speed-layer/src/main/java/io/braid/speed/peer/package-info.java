/**
 * The way from servers to a worker: a small HTTP server that hands out what the worker has folded,
 * {@link io.braid.speed.peer.WorkerEndpoint}. It decides who may read and how much at once, and
 * nothing of what is read: that is {@link io.braid.peer.PartialViews}.
 */
package io.braid.speed.peer;
