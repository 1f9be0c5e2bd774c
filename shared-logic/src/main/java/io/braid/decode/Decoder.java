package io.braid.decode;

/**
 * Turns records of one partition, appended in offset order, into batches. One thread.
 *
 * <p>Decoding depends on the record alone, so that batch, speed and replay agree on every record.
 */
public interface Decoder {

  /**
   * Appends one record.
   *
   * @param timestampMs the record's own timestamp, epoch milliseconds
   * @param value the record's bytes; null, a tombstone, is a dead letter
   */
  void append(long offset, long timestampMs, byte[] value);

  /** Returns the number of records appended since the last batch was taken. */
  int size();

  /** Returns what was appended since the last call, and starts anew. */
  EventBatch take();
}
