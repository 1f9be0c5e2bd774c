package io.braid.log;

import java.util.Arrays;
import java.util.Optional;

/** What a crash may do to records that leave Braid. State is exact under all three. */
public enum Delivery {
  /** Sent and forgotten: a crash loses some, none is there twice. */
  AT_MOST_ONCE("at-most-once"),
  /** Acknowledged before the position moves on: a crash repeats some, none is lost. */
  AT_LEAST_ONCE("at-least-once"),
  /** In one Kafka transaction with the position they came from: none lost, none twice. */
  EXACTLY_ONCE("exactly-once");

  private final String text;

  Delivery(String text) {
    this.text = text;
  }

  /** Returns how definitions write it. */
  public String text() {
    return text;
  }

  /** Returns the one that is written so; empty when there is none. */
  public static Optional<Delivery> of(String text) {
    return Arrays.stream(values()).filter(delivery -> delivery.text.equals(text)).findFirst();
  }
}
