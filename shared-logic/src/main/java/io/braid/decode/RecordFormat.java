package io.braid.decode;

import java.util.Set;

/** How the bytes of a record are to be read. */
public sealed interface RecordFormat permits RecordFormat.Json, AvroFormat {

  /** One JSON object a record. */
  RecordFormat JSON = new Json();

  /** See {@link JsonDecoder}. */
  record Json() implements RecordFormat {
    @Override
    public String name() {
      return "json";
    }

    @Override
    public String text() {
      return "JSON";
    }

    @Override
    public Decoder decoder(RecordSchema schema, IdRule idRule, Set<Integer> wanted) {
      return new JsonDecoder(schema, idRule, wanted);
    }
  }

  /** Returns the name that definitions have for it. */
  String name();

  /** Returns the normal form, part of fingerprints. */
  String text();

  /**
   * Returns a decoder of one partition's records.
   *
   * @param wanted indexes of the columns that batches shall hold; the others are all NULL there.
   *     The event time is always wanted
   */
  Decoder decoder(RecordSchema schema, IdRule idRule, Set<Integer> wanted);
}
