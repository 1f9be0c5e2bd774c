package io.braid.definition;

import io.braid.decode.Decoder;
import io.braid.decode.IdRule;
import io.braid.decode.RecordFormat;
import io.braid.decode.RecordSchema;
import io.braid.fold.SourceRules;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    RecordFormat format,
    RecordSchema schema,
    SourceRules rules,
    IdRule duplicates,
    String decodeFingerprint) {

  /** Returns a decoder of all columns, for one partition. */
  public Decoder decoder() {
    return decoder(IntStream.range(0, schema.columns().size()).boxed().collect(Collectors.toSet()));
  }

  /**
   * Returns a decoder for one partition.
   *
   * @param wanted indexes of the columns that batches shall hold; the others are all NULL there.
   *     The event time is always wanted
   */
  public Decoder decoder(Set<Integer> wanted) {
    return format.decoder(schema, duplicates, wanted);
  }

  /**
   * Returns the fingerprint of what a carry holds: it changes when one offset of a topic may have
   * another carry. Metrics and the late rule have no part in it. 16 hex digits.
   */
  public String carryFingerprint() {
    return Fingerprints.ofCarry(this);
  }
}
