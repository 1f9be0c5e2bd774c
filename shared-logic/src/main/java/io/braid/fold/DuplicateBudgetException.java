package io.braid.fold;

import java.time.Duration;
import java.util.Locale;

/**
 * A partition has more event ids to remember than its budget has room for. Folding the same records
 * again ends the same way: the definition has to change, or the topic needs more partitions.
 */
public final class DuplicateBudgetException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DuplicateBudgetException(int partition, long ids, long withinMs, long budgetBytes) {
    super(
        String.format(
            Locale.ROOT,
            "Cannot fold partition %d: %,d event ids of the last %s need more than the budget of %,d MB;"
                + " give 'deduplicate' a shorter 'within' or a larger 'budget', or the topic more partitions",
            partition,
            ids,
            text(Duration.ofMillis(withinMs)),
            budgetBytes >> 20));
  }

  private static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
