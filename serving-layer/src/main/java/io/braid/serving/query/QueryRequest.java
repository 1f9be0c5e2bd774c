package io.braid.serving.query;

import io.braid.definition.Metric;
import io.braid.fold.MetricPlan;
import io.braid.time.Granularity;
import io.braid.time.PaneRange;
import io.braid.time.Timestamps;
import io.braid.time.Window;
import io.braid.view.ViewSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The checked parameters of a query.
 *
 * @param metric its name
 * @param view where the rows come from
 * @param fromMs only windows that start here or later; epoch milliseconds
 * @param toMs and before here
 * @param kept indexes of the group columns that stay, ascending
 * @param granularity what windows of the answer are
 * @param includeFinal whether rows say if they are final
 * @param limit rows a page
 * @param requireComplete whether a partial answer is refused
 */
record QueryRequest(
    String metric,
    ViewChoice view,
    long fromMs,
    long toMs,
    List<Integer> kept,
    Granularity granularity,
    boolean includeFinal,
    int limit,
    boolean requireComplete) {

  static final int MAX_LIMIT = 10_000;
  static final int DEFAULT_LIMIT = 1_000;

  /** All parameters a query takes, in the order of the documentation. */
  static final List<String> PARAMETERS =
      List.of(
          "from", "to", "group_by", "granularity", "include", "view", "limit", "cursor", "require");

  private static final Pattern EPOCH_MS = Pattern.compile("-?\\d{1,15}");
  private static final Pattern LIMIT = Pattern.compile("\\d{1,9}");

  QueryRequest {
    kept = List.copyOf(kept);
  }

  /** Returns the rows of views that the answer is made of. */
  PaneRange panes(Window window) {
    return granularity.panes(window, fromMs, toMs);
  }

  /**
   * Checks the parameters of a query.
   *
   * @param parameters each with all its values
   * @throws RefusedException when one is unknown, repeated or of the wrong form
   */
  static QueryRequest parse(Metric metric, Map<String, List<String>> parameters) {
    parameters.forEach(QueryRequest::checkKnownAndSingle);
    boolean windowed = metric.plan().schema().window().exists();
    OptionalLong from = instant("from", parameters, metric, windowed);
    OptionalLong to = instant("to", parameters, metric, windowed);
    if (from.isPresent() && to.isPresent() && from.getAsLong() >= to.getAsLong()) {
      throw RefusedException.invalid(
          "Parameter 'from': %s is not before to = %s"
              .formatted(value(parameters, "from").get(), value(parameters, "to").get()));
    }
    value(parameters, "cursor").ifPresent(QueryRequest::checkCursor);
    return new QueryRequest(
        metric.name(),
        view(parameters),
        from.orElse(Long.MIN_VALUE),
        to.orElse(Long.MAX_VALUE),
        kept(metric, value(parameters, "group_by")),
        granularity(metric, value(parameters, "granularity")),
        includeFinal(metric, value(parameters, "include")),
        limit(parameters),
        requireComplete(parameters));
  }

  /** Returns the only value of a parameter. */
  static Optional<String> value(Map<String, List<String>> parameters, String name) {
    return parameters.getOrDefault(name, List.of()).stream().findFirst();
  }

  private static void checkKnownAndSingle(String name, List<String> values) {
    if (!PARAMETERS.contains(name)) {
      throw RefusedException.invalid(
          "Unknown parameter '%s'%s".formatted(name, ValidNames.hint(name, PARAMETERS)));
    }
    if (values.size() != 1) {
      throw RefusedException.invalid(
          "Parameter '%s' is given %d times, expected once; valid parameters: %s"
              .formatted(name, values.size(), String.join(", ", PARAMETERS)));
    }
  }

  private static OptionalLong instant(
      String name, Map<String, List<String>> parameters, Metric metric, boolean windowed) {
    Optional<String> given = value(parameters, name);
    if (given.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!windowed) {
      throw RefusedException.invalid(
          "Parameter '%s': metric %s has no window, so it has no time range; leave it out"
              .formatted(name, metric.name()));
    }
    String text = given.get();
    if (EPOCH_MS.matcher(text).matches()) {
      long ms = Long.parseLong(text);
      if (Timestamps.isValid(ms)) {
        return OptionalLong.of(ms);
      }
    } else {
      OptionalLong ms = Timestamps.parse(text);
      if (ms.isPresent()) {
        return ms;
      }
    }
    throw RefusedException.invalid(
        "Parameter '%s': '%s' is no instant; valid: ISO-8601 with offset such as 2026-11-22T06:00:00Z, with + written as %%2B, or epoch milliseconds, in the years 1 to 9999"
            .formatted(name, text));
  }

  private static ViewChoice view(Map<String, List<String>> parameters) {
    Optional<String> text = value(parameters, "view");
    return text.isEmpty()
        ? ViewChoice.MERGED
        : ViewChoice.parse(text.get())
            .orElseThrow(
                () ->
                    RefusedException.invalid(
                        "Parameter 'view': '%s' is no view; valid: %s"
                            .formatted(text.get(), ViewChoice.FORMS)));
  }

  private static int limit(Map<String, List<String>> parameters) {
    Optional<String> text = value(parameters, "limit");
    if (text.isEmpty()) {
      return DEFAULT_LIMIT;
    }
    if (LIMIT.matcher(text.get()).matches()) {
      int limit = Integer.parseInt(text.get());
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    }
    throw RefusedException.invalid(
        "Parameter 'limit': '%s' is not valid; valid: 1 to %d".formatted(text.get(), MAX_LIMIT));
  }

  private static boolean requireComplete(Map<String, List<String>> parameters) {
    Optional<String> text = value(parameters, "require");
    if (text.isPresent() && !text.get().equals("complete")) {
      throw RefusedException.invalid(
          "Parameter 'require': '%s' is not valid; valid: complete".formatted(text.get()));
    }
    return text.isPresent();
  }

  private static void checkCursor(String cursor) {
    if (cursor.isEmpty()) {
      throw RefusedException.invalid(
          "Parameter 'cursor': '' is no cursor; valid: the value of next in an answer");
    }
  }

  private static Granularity granularity(Metric metric, Optional<String> text) {
    return text.isEmpty() ? Granularity.WINDOWS : GranularityParameter.parse(metric, text.get());
  }

  private static boolean includeFinal(Metric metric, Optional<String> text) {
    if (text.isEmpty()) {
      return false;
    }
    if (!text.get().equals("final")) {
      throw RefusedException.invalid(
          "Parameter 'include': '%s' is not valid; valid: final".formatted(text.get()));
    }
    if (FinishedRows.names(metric.plan()).stream().anyMatch(FinishedRows.FINAL::equalsIgnoreCase)) {
      throw RefusedException.invalid(
          "Parameter 'include': metric %s has a column '%s' of its own; leave it out, or give that column another alias"
              .formatted(metric.name(), FinishedRows.FINAL));
    }
    return true;
  }

  private static List<Integer> kept(Metric metric, Optional<String> text) {
    MetricPlan plan = metric.plan();
    ViewSchema schema = plan.schema();
    if (text.isEmpty()) {
      return IntStream.range(0, schema.keys().size()).boxed().toList();
    }
    TreeSet<Integer> kept = new TreeSet<>();
    List<String> names =
        text.get().isBlank() ? List.of() : Arrays.asList(text.get().split(",", -1));
    for (String name : names) {
      if (!kept.add(key(plan, name.strip()))) {
        throw RefusedException.invalid(
            "Parameter 'group_by': column '%s' is named twice; valid: %s"
                .formatted(name.strip(), String.join(", ", shownNames(plan))));
      }
    }
    if (schema.window() instanceof Window.Session && kept.size() < schema.keys().size()) {
      throw RefusedException.invalid(
          "Parameter 'group_by': metric %s has sessions, which are those of all its group columns together; leave it out, or name all: %s"
              .formatted(metric.name(), String.join(", ", shownNames(plan))));
    }
    return new ArrayList<>(kept);
  }

  private static int key(MetricPlan plan, String name) {
    List<String> shown = shownNames(plan);
    if (shown.contains(name)) {
      return shown.indexOf(name);
    }
    for (int k = 0; k < shown.size(); k++) {
      if (plan.schema().keys().get(k).name().equals(name)) {
        return k;
      }
    }
    throw RefusedException.invalid(
        "Parameter 'group_by': unknown group column '%s'%s"
            .formatted(name, ValidNames.hint(name, shown)));
  }

  private static List<String> shownNames(MetricPlan plan) {
    return IntStream.range(0, plan.schema().keys().size())
        .mapToObj(k -> FinishedRows.keyName(plan, k))
        .toList();
  }
}
