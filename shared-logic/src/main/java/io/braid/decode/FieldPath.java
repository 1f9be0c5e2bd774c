package io.braid.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way to a value inside a record: names of fields and indexes of elements, outermost first.
 *
 * <p>Written with dots between names and indexes in brackets behind a name or another index: {@code
 * client.geo.country}, {@code items[0].price}, {@code grid[2][0]}.
 */
public record FieldPath(List<Step> steps) {

  /** More elements than this are skipped one by one for a single value: a slip of the keyboard. */
  private static final int INDEX_DIGITS = 6;

  private static final Pattern SEGMENT =
      Pattern.compile("([^\\[\\]]+)((?:\\[\\d{1," + INDEX_DIGITS + "}])*)");
  private static final Pattern INDEX = Pattern.compile("\\[(\\d+)]");

  /** One step of the way. */
  public sealed interface Step {}

  /** Into the field of an object or record that is called {@code name}. */
  public record Name(String name) implements Step {
    @Override
    public String toString() {
      return name;
    }
  }

  /** To the element of an array at {@code index}, from 0. */
  public record Index(int index) implements Step {
    public Index {
      if (index < 0) {
        throw new IllegalArgumentException("Invalid index: " + index + ", must be >= 0");
      }
    }

    @Override
    public String toString() {
      return "[" + index + "]";
    }
  }

  public FieldPath {
    steps = List.copyOf(steps);
  }

  /** Returns the way through these names, whatever characters they are made of. */
  public static FieldPath ofNames(List<String> names) {
    return new FieldPath(names.stream().<Step>map(Name::new).toList());
  }

  /** Returns the path that is written so, or empty when it is none. */
  public static Optional<FieldPath> parse(String text) {
    List<Step> steps = new ArrayList<>();
    for (String segment : text.split("\\.", -1)) {
      Matcher matcher = SEGMENT.matcher(segment);
      if (!matcher.matches() || matcher.group(1).isBlank()) {
        return Optional.empty();
      }
      steps.add(new Name(matcher.group(1)));
      Matcher indexes = INDEX.matcher(matcher.group(2));
      while (indexes.find()) {
        steps.add(new Index(Integer.parseInt(indexes.group(1))));
      }
    }
    return Optional.of(new FieldPath(steps));
  }

  /** Returns whether the other path leads to the same value or on from it. */
  public boolean leadsTo(FieldPath other) {
    return steps.size() <= other.steps.size() && steps.equals(other.steps.subList(0, steps.size()));
  }

  /** Returns the normal form, part of fingerprints: no two paths share it. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      text.append(' ');
      if (step instanceof Name name) {
        text.append(name.name().length()).append(':').append(name.name());
      } else {
        text.append(step);
      }
    }
    return text.toString();
  }

  /** Returns the path as it is written: {@code items[0].price}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      text.append(step instanceof Name && text.length() > 0 ? "." : "").append(step);
    }
    return text.toString();
  }
}
