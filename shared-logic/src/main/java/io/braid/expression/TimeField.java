package io.braid.expression;

/** What EXTRACT takes from a time, in UTC; the name is part of the normal form. */
public enum TimeField {
  /** Year. */
  YEAR,
  /** Quarter of the year, 1 to 4. */
  QUARTER,
  /** Month, 1 to 12. */
  MONTH,
  /** Week of ISO 8601, 1 to 53, which belongs to the year of its Thursday. */
  WEEK,
  /** Day of the month, 1 to 31. */
  DAY,
  /** Hour, 0 to 23. */
  HOUR,
  /** Minute, 0 to 59. */
  MINUTE,
  /** Whole second, 0 to 59. */
  SECOND,
  /** Millisecond of the minute, 0 to 59,999. */
  MILLISECOND,
  /** Day of the week, 1 for Sunday to 7. */
  DOW,
  /** Day of the week of ISO 8601, 1 for Monday to 7. */
  ISODOW,
  /** Year that the week of ISO 8601 belongs to. */
  ISOYEAR,
  /** Day of the year, 1 to 366. */
  DOY,
  /** Whole seconds since 1970-01-01, rounded down. */
  EPOCH;

  private static final long SECOND_MS = 1_000;
  private static final long MINUTE_MS = 60_000;
  private static final long HOUR_MS = 3_600_000;

  /** Returns whether a DATE has no such field: it would always be 0. */
  public boolean isFinerThanDay() {
    return this == HOUR || this == MINUTE || this == SECOND || this == MILLISECOND;
  }

  /**
   * Returns the field's value.
   *
   * @param epochDay the day
   * @param dayMs milliseconds since the day began
   */
  long of(long epochDay, long dayMs) {
    return switch (this) {
      case YEAR -> CivilDate.year(CivilDate.of(epochDay));
      case QUARTER -> (CivilDate.month(CivilDate.of(epochDay)) + 2) / 3;
      case MONTH -> CivilDate.month(CivilDate.of(epochDay));
      case WEEK -> {
        long thursday = thursday(epochDay);
        long year = CivilDate.year(CivilDate.of(thursday));
        yield (thursday - CivilDate.firstOf(year, 1)) / 7 + 1;
      }
      case DAY -> CivilDate.day(CivilDate.of(epochDay));
      case HOUR -> dayMs / HOUR_MS;
      case MINUTE -> dayMs % HOUR_MS / MINUTE_MS;
      case SECOND -> dayMs % MINUTE_MS / SECOND_MS;
      case MILLISECOND -> dayMs % MINUTE_MS;
      case DOW -> (CivilDate.daysSinceMonday(epochDay) + 1) % 7 + 1;
      case ISODOW -> CivilDate.daysSinceMonday(epochDay) + 1;
      case ISOYEAR -> CivilDate.year(CivilDate.of(thursday(epochDay)));
      case DOY -> epochDay - CivilDate.firstOf(CivilDate.year(CivilDate.of(epochDay)), 1) + 1;
      case EPOCH -> epochDay * CalendarUnit.DAY_MS / SECOND_MS + dayMs / SECOND_MS;
    };
  }

  private static long thursday(long epochDay) {
    return epochDay - CivilDate.daysSinceMonday(epochDay) + 3;
  }
}
