package io.braid.serving.query;

import java.util.Optional;

/**
 * Which view of a source is asked for.
 *
 * @param kind batch, speed, both merged, or a replay
 * @param replay the replay's id; empty text for the other kinds
 */
public record ViewChoice(Kind kind, String replay) {

  /** The forms a choice is written in. */
  public static final String FORMS = "merged, batch, speed, replay:<id>";

  /** Batch ⊕ speed. */
  public static final ViewChoice MERGED = new ViewChoice(Kind.MERGED, "");

  /** The published run alone. */
  public static final ViewChoice BATCH = new ViewChoice(Kind.BATCH, "");

  /** The folds behind the published run's cut alone. */
  public static final ViewChoice SPEED = new ViewChoice(Kind.SPEED, "");

  private static final String REPLAY = "replay:";

  /** Where the rows come from. */
  public enum Kind {
    MERGED,
    BATCH,
    SPEED,
    REPLAY
  }

  /** Returns the view of the replay with this id. */
  public static ViewChoice replay(String id) {
    return new ViewChoice(Kind.REPLAY, id);
  }

  /** Returns the choice written so, or empty when it has none of the {@link #FORMS}. */
  public static Optional<ViewChoice> parse(String text) {
    return switch (text) {
      case "merged" -> Optional.of(MERGED);
      case "batch" -> Optional.of(BATCH);
      case "speed" -> Optional.of(SPEED);
      default ->
          text.startsWith(REPLAY) && text.length() > REPLAY.length()
              ? Optional.of(replay(text.substring(REPLAY.length())))
              : Optional.empty();
    };
  }

  /** Returns the choice as it is written: {@code merged}, {@code replay:<id>}. */
  @Override
  public String toString() {
    return switch (kind) {
      case MERGED -> "merged";
      case BATCH -> "batch";
      case SPEED -> "speed";
      case REPLAY -> REPLAY + replay;
    };
  }
}
