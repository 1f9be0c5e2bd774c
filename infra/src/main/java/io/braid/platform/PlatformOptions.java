package io.braid.platform;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to start, and what the command line overrides.
 *
 * @param config the definitions, {@code braid.yaml}
 * @param httpPort of the HTTP API, 0 for a free one; empty for the file's, or else 8080
 * @param kafkaPort of the embedded broker, 0 for a free one; empty for 9092
 * @param store a URI with a scheme or an absolute path; empty for the file's
 * @param portsMayMove whether a free port replaces a busy one that was not asked for, here or in
 *     the file
 */
public record PlatformOptions(
    Path config,
    OptionalInt httpPort,
    OptionalInt kafkaPort,
    Optional<String> store,
    boolean portsMayMove) {}
