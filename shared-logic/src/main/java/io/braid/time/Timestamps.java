package io.braid.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.OptionalLong;

/** Reading and writing instants as text; milliseconds since the epoch inside. */
public final class Timestamps {

  /** 0001-01-01T00:00:00Z: what lies before has no four-digit year. */
  public static final long MIN_MS = -62_135_596_800_000L;

  /** 9999-12-31T23:59:59.999Z. */
  public static final long MAX_MS = 253_402_300_799_999L;

  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private Timestamps() {}

  /** Returns the ISO-8601 form in UTC with milliseconds: {@code 2026-11-22T06:00:00.000Z}. */
  public static String format(long epochMs) {
    return MILLIS.format(Instant.ofEpochMilli(epochMs));
  }

  /**
   * Returns the epoch milliseconds of an ISO-8601 date and time with offset; finer fractions are
   * cut off. Empty when the text is none, has no offset, or lies outside the years 1 to 9999.
   */
  public static OptionalLong parse(String text) {
    long quick = parseCommonForm(text);
    long epochMs;
    if (quick != Long.MIN_VALUE) {
      epochMs = quick;
    } else {
      try {
        Instant instant = OffsetDateTime.parse(text).toInstant();
        epochMs = instant.toEpochMilli();
      } catch (DateTimeException | ArithmeticException e) {
        return OptionalLong.empty();
      }
    }
    return isValid(epochMs) ? OptionalLong.of(epochMs) : OptionalLong.empty();
  }

  /** Returns whether the instant lies in the years 1 to 9999. */
  public static boolean isValid(long epochMs) {
    return epochMs >= MIN_MS && epochMs <= MAX_MS;
  }

  /**
   * Reads {@code yyyy-MM-ddTHH:mm:ss[.fraction]Z}, the form that nearly all producers write,
   * without the general parser's garbage. Long.MIN_VALUE for anything else, right or wrong.
   */
  private static long parseCommonForm(String text) {
    int length = text.length();
    if (length < 20
        || text.charAt(length - 1) != 'Z'
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return Long.MIN_VALUE;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, 19);
    if (year < 1 || month < 1 || month > 12 || day < 1 || !exists(year, month, day)) {
      return Long.MIN_VALUE;
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
      return Long.MIN_VALUE;
    }
    int millis = 0;
    if (length > 20) {
      int fraction = length - 21;
      if (text.charAt(19) != '.' || fraction < 1 || fraction > 9) {
        return Long.MIN_VALUE;
      }
      if (digits(text, 20, length - 1) < 0) {
        return Long.MIN_VALUE;
      }
      for (int i = 0; i < 3; i++) {
        millis = millis * 10 + (i < fraction ? text.charAt(20 + i) - '0' : 0);
      }
    }
    long days = LocalDate.of(year, month, day).toEpochDay();
    return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000L + millis;
  }

  private static boolean exists(int year, int month, int day) {
    return day <= 28 || day <= LocalDate.of(year, month, 1).lengthOfMonth();
  }

  private static int digits(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Returns the ISO-8601 form of a date: {@code 2026-11-22}. */
  public static String formatDate(long epochDay) {
    return LocalDate.ofEpochDay(epochDay).toString();
  }

  /**
   * Returns the epoch day of an ISO-8601 date. Empty when the text is none or lies outside the
   * years 1 to 9999.
   */
  public static OptionalLong parseDate(String text) {
    try {
      LocalDate date = LocalDate.parse(text);
      boolean valid = date.getYear() >= 1 && date.getYear() <= 9999;
      return valid ? OptionalLong.of(date.toEpochDay()) : OptionalLong.empty();
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }
}
