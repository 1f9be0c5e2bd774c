/**
 * What workers and servers say to each other: whose views they are, how they travel.
 *
 * <p>A worker offers {@link io.braid.peer.PartialViews}; a server reads them in its own process or
 * over HTTP, as {@link io.braid.peer.PartialViewCodec} writes them. {@link
 * io.braid.peer.PeerProtocol} has the names both sides must agree on. The routes stand in the
 * README of the speed layer.
 */
package io.braid.peer;
