/**
 * What talks to a running Braid from outside: its HTTP API ({@link io.braid.client.ApiClient}) and
 * the topics it reads ({@link io.braid.client.EventSender}), with what a terminal shows of both.
 * Nothing here knows how Braid works inside. Offsets are Kafka's, times milliseconds.
 */
package io.braid.client;
