package io.braid.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.braid.column.Column;
import io.braid.log.Position;
import io.braid.serving.query.Answer;
import io.braid.serving.query.FinishedRows;
import io.braid.serving.query.FinishedRows.Named;
import io.braid.serving.query.JsonValues;
import io.braid.serving.query.Provenance;
import io.braid.serving.query.Provenance.BatchPart;
import io.braid.serving.query.Provenance.SpeedPart;
import io.braid.store.RunManifest.Missing;
import io.braid.time.Timestamps;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Writes answers as JSON, row after row, straight to where they go. */
final class AnswerWriter {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  private AnswerWriter() {}

  static void write(Answer answer, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("metric", answer.metric());
      json.writeStringField("view", answer.view());
      writeColumns(answer.rows(), json);
      json.writeArrayFieldStart("rows");
      List<Column> columns = answer.rows().columns().stream().map(Named::values).toList();
      for (int row = answer.from(); row < answer.to(); row++) {
        json.writeStartArray();
        for (Column column : columns) {
          writeValue(JsonValues.of(column, row), json);
        }
        json.writeEndArray();
      }
      json.writeEndArray();
      json.writeFieldName("provenance");
      writeProvenance(answer.provenance(), json);
      json.writeStringField("next", answer.next().orElse(null));
      json.writeEndObject();
    }
  }

  private static void writeColumns(FinishedRows rows, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("columns");
    for (Named column : rows.columns()) {
      json.writeStartObject();
      json.writeStringField("name", column.name());
      json.writeStringField("type", column.type().sqlName());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeValue(Object value, JsonGenerator json) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof BigDecimal number) {
      json.writeNumber(number);
    } else {
      json.writeBoolean((Boolean) value);
    }
  }

  private static void writeProvenance(Provenance provenance, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("fingerprint", provenance.fingerprint());
    json.writeFieldName("batch");
    if (provenance.batch().isPresent()) {
      BatchPart batch = provenance.batch().get();
      json.writeStartObject();
      json.writeStringField("run", batch.run());
      json.writeFieldName("cut");
      writePosition(batch.cut(), json);
      json.writeStringField("published_at", batch.publishedAt());
      json.writeEndObject();
    } else {
      json.writeNull();
    }
    json.writeFieldName("speed");
    if (provenance.speed().isPresent()) {
      SpeedPart speed = provenance.speed().get();
      json.writeStartObject();
      json.writeFieldName("position");
      writePosition(speed.position(), json);
      json.writeStringField(
          "watermark",
          speed.watermarkMs().isPresent()
              ? Timestamps.format(speed.watermarkMs().getAsLong())
              : null);
      json.writeNumberField("duplicates", speed.duplicates());
      json.writeNumberField("late", speed.late());
      json.writeEndObject();
    } else {
      json.writeNull();
    }
    json.writeStringField("coverage", provenance.isComplete() ? "complete" : "partial");
    json.writeArrayFieldStart("missing");
    for (Missing missing : provenance.missing()) {
      json.writeStartObject();
      json.writeNumberField("partition", missing.partition());
      json.writeNumberField("from", missing.from());
      json.writeNumberField("to", missing.to());
      json.writeStringField("reason", missing.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeFieldName("freshness_ms");
    if (provenance.freshnessMs().isPresent()) {
      json.writeNumber(provenance.freshnessMs().getAsLong());
    } else {
      json.writeNull();
    }
    json.writeEndObject();
  }

  private static void writePosition(Position position, JsonGenerator json) throws IOException {
    json.writeStartObject();
    for (Map.Entry<Integer, Long> entry : position.offsets().entrySet()) {
      json.writeNumberField(Integer.toString(entry.getKey()), entry.getValue());
    }
    json.writeEndObject();
  }
}
