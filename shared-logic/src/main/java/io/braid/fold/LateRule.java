package io.braid.fold;

/** What becomes of an event that comes after its last window is over; see {@link SourceRules}. */
public enum LateRule {
  /** It is counted, and folded like any other. */
  INCLUDE,
  /** It is counted and not folded; the speed layer copies it to where late events go. */
  DROP
}
