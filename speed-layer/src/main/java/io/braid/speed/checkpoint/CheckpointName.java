package io.braid.speed.checkpoint;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a checkpoint file says of it.
 *
 * @param from the first offset, inclusive; of a base the start of the fold
 * @param to the end, exclusive: the position that the file leads to
 * @param isBase whether it holds the whole fold, and not only what came after another file
 */
record CheckpointName(long from, long to, boolean isBase) {

  private static final Pattern NAME = Pattern.compile("(\\d{20})-(\\d{20})\\.(base|delta)");

  CheckpointName {
    if (from < 0 || to < from || (!isBase && to == from)) {
      throw new IllegalArgumentException(
          "Invalid %s of a checkpoint: offsets [%d, %d)"
              .formatted(isBase ? "base" : "delta", from, to));
    }
  }

  /** Returns what a file's name says; empty when it is none that a checkpoint may have. */
  static Optional<CheckpointName> of(String fileName) {
    Matcher name = NAME.matcher(fileName);
    if (!name.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new CheckpointName(
              Long.parseLong(name.group(1)),
              Long.parseLong(name.group(2)),
              name.group(3).equals("base")));
    } catch (IllegalArgumentException e) { // a number too large is one too
      return Optional.empty();
    }
  }

  /** Returns the file's name: digits enough that names are in the order of offsets. */
  String fileName() {
    return "%020d-%020d.%s".formatted(from, to, isBase ? "base" : "delta");
  }
}
