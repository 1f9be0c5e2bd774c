package io.braid.definition;

import io.braid.decode.RecordFormat;
import io.braid.decode.RecordSchema;
import io.braid.fold.MetricPlan;
import io.braid.fold.SourceRules;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Fingerprints of definitions: 16 hex digits, the first 64 bits of SHA-256 over a normal form.
 *
 * <p>Two definitions of one fingerprint give the same values on the same records. The versions
 * below change with every change of meaning that the normal form does not show.
 */
final class Fingerprints {

  /** What records decode to. */
  private static final String DECODER_SEMANTICS = "decode 1";

  /** What expressions, aggregates, windows and the rules of a fold compute. */
  private static final String FOLD_SEMANTICS = "fold 1";

  private static final int BYTES = 8;

  private Fingerprints() {}

  /** Returns the fingerprint of how records become columns; columns' names are no part of it. */
  static String ofDecoding(RecordFormat format, RecordSchema schema) {
    StringBuilder text = new StringBuilder(DECODER_SEMANTICS).append('\n').append(format.text());
    for (RecordSchema.Field field : schema.columns()) {
      text.append("\ncolumn ").append(field.type()).append(field.path().text());
    }
    text.append("\nevent time ").append(schema.eventTimeIndex());
    text.append("\nmax future ").append(schema.maxFuture().toMillis());
    return hash(text.toString());
  }

  /** Returns the fingerprint of what views of a plan over a source hold. */
  static String ofView(MetricPlan plan, Source source) {
    SourceRules rules = source.rules();
    String text =
        String.join(
            "\n",
            FOLD_SEMANTICS,
            plan.text(),
            "topic " + source.topic(),
            "decoding " + source.decodeFingerprint(),
            "watermark " + rules.watermarkDelay().toMillis(),
            "duplicates " + source.duplicates().text(),
            "within " + rules.deduplicateWithin().map(Duration::toMillis).orElse(-1L),
            "late " + rules.late().name().toLowerCase(Locale.ROOT),
            "allowed lateness " + rules.allowedLateness().toMillis());
    return hash(text);
  }

  /** Returns the fingerprint of what the carries of a source hold. */
  static String ofCarry(Source source) {
    SourceRules rules = source.rules();
    return hash(
        String.join(
            "\n",
            FOLD_SEMANTICS,
            "carry",
            "decoding " + source.decodeFingerprint(),
            "watermark " + rules.watermarkDelay().toMillis(),
            "duplicates " + source.duplicates().text(),
            "within " + rules.deduplicateWithin().map(Duration::toMillis).orElse(-1L)));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
