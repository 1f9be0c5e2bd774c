package io.braid.broker;

/**
 * How a start went, as the child tells its parent in one line: {@code ready}, {@code taken <what>}
 * or {@code failed <why>}.
 *
 * @param kind what to do about it
 * @param detail what is taken or why it failed; empty when ready
 */
record BrokerOutcome(Kind kind, String detail) {

  /** What the parent can do. */
  enum Kind {
    /** The broker takes requests. */
    READY,
    /** A port or the directory is held by a process that may be ending: try again for a while. */
    TAKEN,
    /** Trying again would not help. */
    FAILED
  }

  static BrokerOutcome ready() {
    return new BrokerOutcome(Kind.READY, "");
  }

  static BrokerOutcome taken(String what) {
    return new BrokerOutcome(Kind.TAKEN, what);
  }

  static BrokerOutcome failed(String why) {
    return new BrokerOutcome(Kind.FAILED, why);
  }

  String line() {
    return (kind + " " + detail).strip().replaceAll("\\s+", " ");
  }

  /** Reads a line of {@link #line}; a line of another form is a failure that states it. */
  static BrokerOutcome of(String line) {
    for (Kind kind : Kind.values()) {
      if (line.equals(kind.name()) || line.startsWith(kind.name() + " ")) {
        return new BrokerOutcome(kind, line.substring(kind.name().length()).strip());
      }
    }
    return failed("unexpected answer of the broker process: " + line);
  }
}
