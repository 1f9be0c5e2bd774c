package io.braid.decode;

/**
 * Decodes one Avro datum a record, straight from the bytes into columns.
 *
 * <p>Each schema that a record may be written with has its {@link AvroPlan}. A record that begins
 * with a single-object header is read with the plan of its fingerprint. One whose fingerprint
 * nobody knows may be a plain datum that happens to begin so; only when it is none either is it a
 * dead letter.
 */
final class AvroDecoder implements Decoder {

  private static final int HEADER_BYTES = 10;

  private final RowWriter row;
  private final AvroPlan plain;
  private final long[] fingerprints;
  private final AvroPlan[] plans;
  private final AvroInput input = new AvroInput();

  /**
   * Makes a decoder.
   *
   * @param plain of records without a header
   * @param plans by the fingerprint at the same index; of two the first counts
   */
  AvroDecoder(RowWriter row, AvroPlan plain, long[] fingerprints, AvroPlan[] plans) {
    this.row = row;
    this.plain = plain;
    this.fingerprints = fingerprints;
    this.plans = plans;
  }

  @Override
  public void append(long offset, long timestampMs, byte[] value) {
    row.begin();
    row.end(offset, timestampMs, value, decode(value));
  }

  @Override
  public int size() {
    return row.size();
  }

  @Override
  public EventBatch take() {
    return row.take();
  }

  /** Reads the record at hand; returns why it is a dead letter, or null when it is none. */
  private String decode(byte[] value) {
    if (value == null) {
      return "no value";
    }
    if (value.length < HEADER_BYTES || value[0] != (byte) 0xC3 || value[1] != 0x01) {
      return read(plain, value, 0);
    }
    long fingerprint = 0;
    for (int i = HEADER_BYTES - 1; i > 1; i--) {
      fingerprint = (fingerprint << 8) | (value[i] & 0xff);
    }
    for (int i = 0; i < fingerprints.length; i++) {
      if (fingerprints[i] == fingerprint) {
        return read(plans[i], value, HEADER_BYTES);
      }
    }
    return read(plain, value, 0) == null
        ? null
        : "no schema has the fingerprint %016x; name it in 'writer_schemas'".formatted(fingerprint);
  }

  private String read(AvroPlan plan, byte[] value, int from) {
    try {
      input.over(value, from);
      plan.read(input, row);
      return input.remaining() == 0
          ? null
          : "not Avro: %d bytes behind the datum".formatted(input.remaining());
    } catch (DatumException e) {
      return e.getMessage();
    }
  }
}
