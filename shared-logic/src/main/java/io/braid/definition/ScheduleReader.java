package io.braid.definition;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads one entry of {@code schedules}. */
final class ScheduleReader {

  private static final List<String> SCHEDULE_KEYS = List.of("source", "cron", "mode", "time_zone");
  private static final List<String> MODES = List.of("full", "incremental");

  private final YamlFile file;

  ScheduleReader(YamlFile file) {
    this.file = file;
  }

  /** Reads a schedule of one of {@code sources}. */
  Schedule read(YamlMapping.Entry entry, Map<String, Source> sources) {
    String name = ScalarValues.name(file, entry, "schedule");
    String what = "schedule '%s'".formatted(name);
    YamlMapping schedule = new YamlMapping(file, entry.value(), what).onlyKeys(SCHEDULE_KEYS);
    YamlFile.Text source = schedule.requiredText("source");
    if (!sources.containsKey(source.value())) {
      throw source.wrong(
          "%s names unknown source '%s'; valid sources: %s%s"
              .formatted(
                  what,
                  source.value(),
                  String.join(", ", sources.keySet()),
                  NearestName.hint(source.value(), sources.keySet())));
    }
    YamlFile.Text cron = schedule.requiredText("cron");
    int fields = cron.value().strip().split("\\s+").length;
    if (fields != 6 && fields != 7) {
      throw cron.wrong(
          "'%s' is no cron expression; valid: second minute hour day month weekday [year]"
              .formatted(cron.value()));
    }
    Schedule.Mode mode =
        schedule
            .optionalText("mode")
            .map(
                text -> {
                  if (!MODES.contains(text.value())) {
                    throw text.wrong(
                        "unknown mode '%s'; valid: %s%s"
                            .formatted(
                                text.value(),
                                String.join(", ", MODES),
                                NearestName.hint(text.value(), MODES)));
                  }
                  return Schedule.Mode.valueOf(text.value().toUpperCase(Locale.ROOT));
                })
            .orElse(Schedule.Mode.FULL);
    ZoneId zone = schedule.optionalText("time_zone").map(ScalarValues::zone).orElse(ZoneOffset.UTC);
    return new Schedule(source.value(), cron.value().strip(), mode, zone);
  }
}
