/**
 * The embedded Kafka broker: one real node (KRaft, broker and controller) in a child JVM of the
 * same class path. {@link io.braid.broker.EmbeddedBroker} starts it and ends it; the child ends by
 * itself when its parent is gone, {@code kill -9} included. It listens on 127.0.0.1 only, keeps
 * records for ever, and goes on with its data directory after any crash, on any port.
 */
package io.braid.broker;
