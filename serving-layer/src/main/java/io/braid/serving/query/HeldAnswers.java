package io.braid.serving.query;

import io.braid.serving.query.RefusedException.Reason;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Answers of which rows remain, so that their pages belong to one position, whatever is published
 * or switched in between.
 *
 * <p>An answer is held until none of its pages has been asked for during the life of a cursor. A
 * page may be asked for again, and is the same again. When room is short, the oldest answers of
 * which nobody has asked for a second page go first: those of clients that poll first pages. Safe
 * to share between threads.
 */
final class HeldAnswers {

  /** An answer that pages are cut from. */
  private static final class Held {
    private final QueryRequest request;
    private final Answer whole;
    private final Map<Integer, String> cursors = new HashMap<>();
    private long expiresMs;
    private boolean continued;

    private Held(QueryRequest request, Answer whole) {
      this.request = request;
      this.whole = whole;
    }
  }

  /** Where a page begins. */
  private record Page(Held held, int from) {}

  private final InstantSource clock;
  private final Duration life;
  private final long maxRows;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Page> pages = new HashMap<>();
  private final Set<Held> answers = new LinkedHashSet<>(); // oldest first
  private long heldRows;

  /**
   * Holds nothing yet.
   *
   * @param life of a cursor, counted anew whenever a page of its answer is asked for
   * @param maxRows over all answers
   */
  HeldAnswers(InstantSource clock, Duration life, long maxRows) {
    this.clock = clock;
    this.life = life;
    this.maxRows = maxRows;
  }

  /**
   * Returns the first page of an answer, and holds the answer when rows remain.
   *
   * @throws RefusedException when there is no room for it
   */
  synchronized Answer first(QueryRequest request, Answer whole) {
    forgetExpired();
    if (whole.rows().size() <= request.limit()) {
      return whole;
    }
    int rows = whole.rows().size();
    makeRoom(rows);
    if (heldRows + rows > maxRows) {
      throw RefusedException.later(
          Reason.LIMIT_EXCEEDED,
          "The answer has %d rows and %d of at most %d rows are held for the pages of other answers; narrow from and to, keep fewer columns in group_by, or raise limit"
              .formatted(rows, heldRows, maxRows),
          untilNextExpiry());
    }
    Held held = new Held(request, whole);
    answers.add(held);
    heldRows += rows;
    return page(new Page(held, 0));
  }

  /**
   * Returns the page that begins where {@code cursor} says.
   *
   * @throws RefusedException when the cursor is unknown, expired, or of another request
   */
  synchronized Answer next(QueryRequest request, String cursor) {
    forgetExpired();
    Page page = pages.get(cursor);
    if (page == null) {
      throw RefusedException.invalid(
          "Parameter 'cursor': '%s' is unknown or older than %d minutes; valid: the value of next in an answer, or none to begin anew"
              .formatted(
                  cursor.length() > 64 ? cursor.substring(0, 64) + "…" : cursor, life.toMinutes()));
    }
    if (!page.held.request.equals(request)) {
      throw RefusedException.invalid(
          "Parameter 'cursor': it belongs to a request with other parameters; valid: the same request with the cursor added");
    }
    page.held.continued = true;
    return page(page);
  }

  private Answer page(Page page) {
    Held held = page.held;
    held.expiresMs = clock.millis() + life.toMillis();
    Answer whole = held.whole;
    int to = Math.min(whole.rows().size(), page.from + held.request.limit());
    Optional<String> next =
        to == whole.rows().size()
            ? Optional.empty()
            : Optional.of(held.cursors.computeIfAbsent(to, from -> newCursor(held, from)));
    return new Answer(
        whole.metric(), whole.view(), whole.rows(), page.from, to, whole.provenance(), next);
  }

  private String newCursor(Held held, int from) {
    byte[] bytes = new byte[18]; // 144 random bits: nobody guesses another one's cursor
    random.nextBytes(bytes);
    String cursor = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    pages.put(cursor, new Page(held, from));
    return cursor;
  }

  private void forgetExpired() {
    long now = clock.millis();
    answers.stream().filter(held -> held.expiresMs <= now).toList().forEach(this::forget);
  }

  private void makeRoom(int rows) {
    for (Held held : List.copyOf(answers)) {
      if (heldRows + rows <= maxRows) {
        return;
      }
      if (!held.continued) {
        forget(held);
      }
    }
  }

  private void forget(Held held) {
    answers.remove(held);
    held.cursors.values().forEach(pages::remove);
    heldRows -= held.whole.rows().size();
  }

  private Duration untilNextExpiry() {
    long now = clock.millis();
    long first = answers.stream().mapToLong(held -> held.expiresMs).min().orElse(now + 1_000);
    return Duration.ofMillis(Math.max(1_000, first - now));
  }

  /** Returns how many rows are held, those of expired answers included. */
  synchronized long heldRows() {
    return heldRows;
  }
}
