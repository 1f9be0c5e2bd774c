/**
 * The demo: made-up playback traffic and a tour through all layers over the public HTTP API. {@link
 * io.braid.demo.TrafficGenerator} writes half an hour of history at once and goes on at the pace of
 * the clock; {@link io.braid.demo.DemoTour} asks, recomputes, replays and compares while it does.
 */
package io.braid.demo;
