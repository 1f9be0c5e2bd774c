package io.braid.definition;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Single values of the file as what they stand for: numbers, durations, time zones, names. */
final class ScalarValues {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");
  private static final Pattern DURATION = Pattern.compile("(-?)(\\d{1,18})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(kB|KB|MB|GB)");
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,18}");
  private static final String DURATIONS = "valid: 500ms, 5s, 10m, 24h, 7d";

  private ScalarValues() {}

  /** Returns a name that stands in paths and URLs as it is. */
  static String name(YamlFile file, YamlMapping.Entry entry, String kind) {
    if (!NAME.matcher(entry.name()).matches()) {
      throw file.at(
          entry.key(),
          "'%s' is no name of a %s; valid: 1 to 100 letters, digits, '_' and '-'"
              .formatted(entry.name(), kind));
    }
    return entry.name();
  }

  /** Returns a text that holds more than spaces. */
  static String nonEmpty(YamlFile.Text text, String what) {
    if (text.value().isBlank()) {
      throw text.wrong(what + " is empty");
    }
    return text.value();
  }

  /** Returns a whole number from {@code least} to {@code greatest}. */
  static int integer(YamlFile.Text text, String what, int least, int greatest) {
    boolean valid = INTEGER.matcher(text.value()).matches();
    long value = valid ? Long.parseLong(text.value()) : 0;
    if (!valid || value < least || value > greatest) {
      throw text.wrong(
          "invalid %s '%s'; must be a whole number from %d to %d"
              .formatted(what, text.value(), least, greatest));
    }
    return (int) value;
  }

  /** Returns a duration such as {@code 5s}; never negative. */
  static Duration duration(YamlFile.Text text, String key, boolean mayBeZero) {
    Matcher matcher = DURATION.matcher(text.value());
    if (!matcher.matches()) {
      throw text.wrong("'%s' of '%s' is no duration; %s".formatted(text.value(), key, DURATIONS));
    }
    long unitMs =
        switch (matcher.group(3)) {
          case "ms" -> 1;
          case "s" -> 1000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 86_400_000;
        };
    long amount = Long.parseLong(matcher.group(2));
    if (amount > Integer.MAX_VALUE * 1000L / unitMs * 100) { // some 6,800 years: sums fit a long
      throw text.wrong("'%s' of '%s' is too long".formatted(text.value(), key));
    }
    if (!matcher.group(1).isEmpty() || (amount == 0 && !mayBeZero)) {
      throw text.wrong(
          "'%s' of '%s' must %s; %s"
              .formatted(
                  text.value(),
                  key,
                  mayBeZero ? "not be negative" : "be more than zero",
                  DURATIONS));
    }
    return Duration.ofMillis(amount * unitMs);
  }

  /**
   * Returns a duration of at least {@code least}.
   *
   * @param least less than a second
   */
  static Duration duration(YamlFile.Text text, String key, Duration least) {
    Duration duration = duration(text, key, false);
    if (duration.compareTo(least) < 0) {
      throw text.wrong(
          "'%s' of '%s' is too short, must be at least %dms"
              .formatted(text.value(), key, least.toMillis()));
    }
    return duration;
  }

  /**
   * Returns a size such as {@code 64MB} in bytes; units are powers of 1,024.
   *
   * @param least inclusive, as it is written in a file, and so is {@code greatest}
   */
  static long bytes(YamlFile.Text text, String key, String least, String greatest) {
    long bytes = bytes(text.value());
    if (bytes < 0) {
      throw text.wrong(
          "'%s' of '%s' is no size; valid: %s to %s, such as 64MB or 1GB"
              .formatted(text.value(), key, least, greatest));
    }
    if (bytes < bytes(least) || bytes > bytes(greatest)) {
      throw text.wrong(
          "'%s' of '%s' must be from %s to %s".formatted(text.value(), key, least, greatest));
    }
    return bytes;
  }

  /** Returns the bytes that a text stands for, -1 when it is no size. */
  private static long bytes(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      return -1;
    }
    int shift =
        switch (matcher.group(2)) {
          case "GB" -> 30;
          case "MB" -> 20;
          default -> 10;
        };
    return Long.parseLong(matcher.group(1)) << shift;
  }

  /** Returns a time zone by its name. */
  static ZoneId zone(YamlFile.Text text) {
    try {
      return ZoneId.of(text.value());
    } catch (DateTimeException e) {
      throw text.wrong(
          "unknown time zone '%s'; valid: UTC, Europe/Berlin, …%s"
              .formatted(
                  text.value(), NearestName.hint(text.value(), ZoneId.getAvailableZoneIds())));
    }
  }
}
