package io.braid.serving.query;

import io.braid.definition.Metric;
import io.braid.time.Granularity;
import io.braid.time.Window;
import io.braid.time.WindowWords;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Reads the parameter {@code granularity}, and says what a metric could be asked for instead. */
final class GranularityParameter {

  /** What people ask for, from fine to coarse. */
  private static final List<String> USUAL =
      List.of("PT1M", "PT5M", "PT1H", "P1D", "P1W", "P1M", "P3M", "P1Y");

  private static final int EXAMPLES = 3;

  private GranularityParameter() {}

  /**
   * Returns the granularity.
   *
   * @throws RefusedException when the metric cannot be asked for it
   */
  static Granularity parse(Metric metric, String text) {
    Window window = metric.plan().schema().window();
    if (!window.exists()) {
      throw RefusedException.invalid(
          "Parameter 'granularity': metric %s has no window, so it has no time range; leave it out"
              .formatted(metric.name()));
    }
    if (window instanceof Window.Session) {
      throw RefusedException.invalid(
          "Parameter 'granularity': metric %s has sessions, which are no slices of time that could be joined; leave it out"
              .formatted(metric.name()));
    }
    return Granularity.parse(text, window, metric.timeZone())
        .orElseThrow(
            () ->
                RefusedException.invalid(
                    "Parameter 'granularity': '%s' is no multiple of metric %s's panes of %s, or longer than 9,999 years; valid: all, or an ISO-8601 duration such as %s"
                        .formatted(
                            text,
                            metric.name(),
                            WindowWords.panes(window),
                            String.join(", ", examples(window, metric.timeZone())))));
  }

  /** Returns some durations that are valid, the shortest first. */
  private static List<String> examples(Window window, ZoneId zone) {
    List<String> usual =
        USUAL.stream().filter(text -> Granularity.parse(text, window, zone).isPresent()).toList();
    OptionalLong paneMs = WindowWords.paneMs(window);
    Stream<String> multiples =
        paneMs.isPresent()
            ? LongStream.of(1, 2, 5).mapToObj(n -> duration(n * paneMs.getAsLong()))
            : Stream.of();
    return Stream.concat(usual.stream(), usual.size() < EXAMPLES ? multiples : Stream.of())
        .filter(text -> Granularity.parse(text, window, zone).isPresent())
        .distinct()
        .limit(EXAMPLES)
        .collect(Collectors.toList());
  }

  private static String duration(long lengthMs) {
    return Duration.ofMillis(lengthMs).toString();
  }
}
