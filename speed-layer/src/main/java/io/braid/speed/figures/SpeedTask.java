package io.braid.speed.figures;

/** What a speed layer has to get done, and what may keep it from that. */
public enum SpeedTask {
  /** Reading the log. */
  READING,
  /** Being a member of the consumer group. */
  MEMBERSHIP,
  /** Emitting dead letters and late events. */
  OUTPUTS,
  /** Writing checkpoints. */
  CHECKPOINTS,
  /** Opening partitions and catching up; that the topic is the one that was folded. */
  FOLDING
}
