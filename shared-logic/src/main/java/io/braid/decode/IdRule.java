package io.braid.decode;

/** Which records are the same event, and so duplicates of each other. */
public sealed interface IdRule {

  /** No two are. */
  record None() implements IdRule {}

  /**
   * Those with one value in a column; a NULL is never the same as another.
   *
   * @param index of the column in the {@link RecordSchema}
   */
  record ByColumn(int index) implements IdRule {}

  /** Those whose value has the same bytes. */
  record ByFingerprint() implements IdRule {}

  /** Returns the normal form, part of fingerprints. */
  default String text() {
    return this instanceof ByColumn column
        ? "column " + column.index()
        : this instanceof ByFingerprint ? "fingerprint" : "none";
  }
}
