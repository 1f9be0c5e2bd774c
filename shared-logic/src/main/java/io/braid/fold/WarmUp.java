package io.braid.fold;

import io.braid.time.PartitionTime;
import java.util.List;

/**
 * How a carry is had in the middle of a log without folding all that lies below.
 *
 * <p>The carry at b follows from the time at a and the records [a, b), when a lies so far below b
 * that no id last seen before a is still remembered at b. With a watermark delay of 5 s, ids
 * remembered for 10 minutes and a highest event time of 12:30:00 at b, that is so from where event
 * time first came to 12:20:00: both watermarks stay 5 s behind. Records below that offset decide
 * nothing but how far event time had come, which is two numbers.
 */
public final class WarmUp {

  private WarmUp() {}

  /** Returns the carry of a fold that knows how far event time has come, and no ids. */
  public static Carry carryAt(PartitionTime time) {
    return new Carry(time, new byte[0]);
  }

  /**
   * Returns whether an id may still be remembered at b that was last seen where event time had come
   * to {@code highestMs}.
   *
   * @param highestMs with that record, epoch milliseconds
   * @param highestAtEndMs at b, epoch milliseconds
   */
  public static boolean isRemembered(SourceRules rules, long highestMs, long highestAtEndMs) {
    return rules.deduplicateWithin().isPresent()
        && highestAtEndMs - highestMs <= rules.deduplicateWithin().get().toMillis();
  }

  /**
   * Starts a warm-up: a fold of no metric, whose carry is the one wanted when it has come to b.
   *
   * @param from a
   * @param carry at a, or {@link #carryAt} the time there
   */
  public static PartitionFold start(int partition, SourceRules rules, long from, Carry carry) {
    return new PartitionFold(partition, rules, List.of(), from, carry);
  }
}
