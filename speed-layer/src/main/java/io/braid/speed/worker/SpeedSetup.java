package io.braid.speed.worker;

import io.braid.definition.SpeedSettings;
import io.braid.log.Topics;
import io.braid.speed.generation.GenerationStarts;
import io.braid.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/**
 * What the speed layer of one source is made of.
 *
 * @param reader of the source
 * @param topic of the source, as it was when this process started
 * @param kafka client properties, with {@code bootstrap.servers}
 * @param store for checkpoints, and for what the archive has and the log has not
 * @param group of the consumers, the same for all processes of one Braid
 * @param address where servers reach this process, {@code host:port}
 * @param starts of the generations that are wanted
 * @param memory of this process
 * @param grace how long an old generation stays for servers that are on it still, and what a
 *     partition stood at that has moved; {@link #GRACE} but in tests
 */
public record SpeedSetup(
    SourceReader reader,
    Topics topics,
    Topics.Topic topic,
    Map<String, String> kafka,
    Store store,
    String group,
    String address,
    SpeedSettings settings,
    GenerationStarts starts,
    MemoryBudget memory,
    InstantSource clock,
    Duration grace) {

  /** A server moves within a second of a catch-up; one that was paused gets a minute. */
  public static final Duration GRACE = Duration.ofSeconds(60);

  public SpeedSetup {
    kafka = Map.copyOf(kafka);
  }
}
