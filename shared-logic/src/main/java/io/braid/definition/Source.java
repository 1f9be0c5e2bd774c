package io.braid.definition;

import io.braid.decode.IdRule;
import io.braid.decode.RecordSchema;
import io.braid.fold.SourceRules;

/**
 * A topic with typed columns and the rules by which its events are folded.
 *
 * @param name of the source
 * @param topic in Kafka
 * @param partitions used when the topic has to be created
 * @param format of the records
 * @param schema the typed columns
 * @param rules watermark, duplicates, lateness
 * @param duplicates which records count as the same event
 * @param decodeFingerprint changes when a record may decode to other values; 16 hex digits
 */
public record Source(
    String name,
    String topic,
    int partitions,
    Format format,
    RecordSchema schema,
    SourceRules rules,
    IdRule duplicates,
    String decodeFingerprint) {

  /** How the bytes of a record are to be read. */
  public enum Format {
    JSON
  }
}
