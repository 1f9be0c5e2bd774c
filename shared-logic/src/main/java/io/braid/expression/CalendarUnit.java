package io.braid.expression;

/** What FLOOR and CEIL round times to, in UTC; the name is part of the normal form. */
public enum CalendarUnit {
  /** From 1 January. */
  YEAR(12, 0),
  /** From 1 January, April, July or October. */
  QUARTER(3, 0),
  /** From the first. */
  MONTH(1, 0),
  /** From Monday. */
  WEEK(0, 604_800_000),
  /** From midnight. */
  DAY(0, 86_400_000),
  /** 60 minutes. */
  HOUR(0, 3_600_000),
  /** 60 seconds. */
  MINUTE(0, 60_000),
  /** 1,000 milliseconds. */
  SECOND(0, 1_000);

  static final long DAY_MS = 86_400_000;

  /** 1970-01-05, a Monday. */
  private static final long MONDAY_MS = 4 * DAY_MS;

  private final int months;
  private final long lengthMs;

  CalendarUnit(int months, long lengthMs) {
    this.months = months;
    this.lengthMs = lengthMs;
  }

  /** Returns whether every DATE is a multiple of it. */
  public boolean isFinerThanDay() {
    return months == 0 && lengthMs < DAY_MS;
  }

  /** Returns the start of the unit that holds {@code epochMs}. */
  long floor(long epochMs) {
    if (months == 0) {
      long origin = this == WEEK ? MONDAY_MS : 0;
      return epochMs - Math.floorMod(epochMs - origin, lengthMs);
    }
    long date = CivilDate.of(Math.floorDiv(epochMs, DAY_MS));
    return CivilDate.firstOf(CivilDate.year(date), firstMonth(date)) * DAY_MS;
  }

  /** Returns {@code epochMs} when a unit starts there, otherwise the start of the next one. */
  long ceil(long epochMs) {
    long start = floor(epochMs);
    if (start == epochMs) {
      return start;
    }
    if (months == 0) {
      return start + lengthMs;
    }
    long date = CivilDate.of(Math.floorDiv(start, DAY_MS));
    int next = CivilDate.month(date) + months;
    long year = CivilDate.year(date);
    return (next > 12 ? CivilDate.firstOf(year + 1, 1) : CivilDate.firstOf(year, next)) * DAY_MS;
  }

  private int firstMonth(long date) {
    int month = CivilDate.month(date);
    return month - (month - 1) % months;
  }
}
