package io.braid.definition;

import io.braid.log.Delivery;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads {@code speed}; {@link SpeedSettings} has the defaults. */
final class SpeedReader {

  private static final List<String> SPEED_KEYS =
      List.of("host", "port", "token", "memory", "delivery", "checkpoint");
  private static final List<String> CHECKPOINT_KEYS = List.of("interval", "deltas_above", "keep");
  private static final List<String> DELIVERIES =
      Arrays.stream(Delivery.values()).map(Delivery::text).toList();

  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*");

  /** Addresses to listen on everywhere: nobody can be sent there. */
  private static final List<String> NOWHERE = List.of("0.0.0.0", "::");

  /** It travels in a header of HTTP. */
  private static final Pattern TOKEN = Pattern.compile("[!-~]*");

  private static final int LONGEST_TOKEN = 256;

  private static final String LEAST_MEMORY = "16MB";
  private static final String MOST_MEMORY = "1024GB";
  private static final String LEAST_DELTAS = "0KB";
  private static final String MOST_DELTAS = "1024GB";

  /** Every checkpoint is a file; more than ten a second would be little else than files. */
  private static final Duration LEAST_INTERVAL = Duration.ofMillis(100);

  private static final int MOST_KEPT = 100;

  private final YamlFile file;

  SpeedReader(YamlFile file) {
    this.file = file;
  }

  /** Reads the mapping, which may be empty. */
  SpeedSettings read(YamlMapping mapping) {
    YamlMapping speed = mapping.onlyKeys(SPEED_KEYS);
    return new SpeedSettings(
        speed.optionalText("host").map(SpeedReader::host).orElse(SpeedSettings.DEFAULT_HOST),
        speed
            .optionalText("port")
            .map(text -> ScalarValues.integer(text, "port", 0, 65_535))
            .orElse(SpeedSettings.DEFAULT_PORT),
        speed.optionalText("token").map(SpeedReader::token),
        memory(speed),
        speed
            .optionalText("delivery")
            .map(SpeedReader::delivery)
            .orElse(SpeedSettings.DEFAULT_DELIVERY),
        checkpoint(speed));
  }

  private static String host(YamlFile.Text text) {
    String host = ScalarValues.nonEmpty(text, "'host'");
    if (!HOST.matcher(host).matches() || NOWHERE.contains(host)) {
      throw text.wrong(
          "'%s' of 'host' is nothing that servers can reach; valid: a name or an address without scheme and port, such as 127.0.0.1 or worker-1.example"
              .formatted(host));
    }
    return host;
  }

  /** The value stands in no message. */
  private static String token(YamlFile.Text text) {
    int length = text.value().length();
    if (length < SpeedSettings.LEAST_TOKEN || length > LONGEST_TOKEN) {
      throw text.wrong(
          "'token' has %d characters, must have %d to %d"
              .formatted(length, SpeedSettings.LEAST_TOKEN, LONGEST_TOKEN));
    }
    if (!TOKEN.matcher(text.value()).matches()) {
      throw text.wrong(
          "'token' holds a character that is not allowed; valid: ASCII letters, digits and signs, no spaces");
    }
    return text.value();
  }

  private static OptionalLong memory(YamlMapping speed) {
    Optional<YamlFile.Text> text = speed.optionalText("memory");
    return text.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(ScalarValues.bytes(text.get(), "memory", LEAST_MEMORY, MOST_MEMORY));
  }

  private static Delivery delivery(YamlFile.Text text) {
    return Delivery.of(text.value())
        .orElseThrow(
            () ->
                text.wrong(
                    "unknown delivery '%s'; valid: %s%s"
                        .formatted(
                            text.value(),
                            String.join(", ", DELIVERIES),
                            NearestName.hint(text.value(), DELIVERIES))));
  }

  private SpeedSettings.Checkpoint checkpoint(YamlMapping speed) {
    YamlMapping checkpoint =
        YamlMapping.optional(file, speed, "checkpoint", "'checkpoint' of 'speed'")
            .onlyKeys(CHECKPOINT_KEYS);
    return new SpeedSettings.Checkpoint(
        checkpoint
            .optionalText("interval")
            .map(text -> ScalarValues.duration(text, "interval", LEAST_INTERVAL))
            .orElse(SpeedSettings.Checkpoint.DEFAULT_INTERVAL),
        checkpoint
            .optionalText("deltas_above")
            .map(text -> ScalarValues.bytes(text, "deltas_above", LEAST_DELTAS, MOST_DELTAS))
            .orElse(SpeedSettings.Checkpoint.DEFAULT_DELTAS_ABOVE_BYTES),
        checkpoint
            .optionalText("keep")
            .map(text -> ScalarValues.integer(text, "keep", 1, MOST_KEPT))
            .orElse(SpeedSettings.Checkpoint.DEFAULT_KEEP));
  }
}
