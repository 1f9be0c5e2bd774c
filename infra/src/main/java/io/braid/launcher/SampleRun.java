package io.braid.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.braid.client.AnswerTable;
import io.braid.client.JsonLines;
import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.decode.RecordFormat;
import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.FoldCounts;
import io.braid.fold.LateRule;
import io.braid.fold.PartitionFold;
import io.braid.serving.query.FinishedRows;
import io.braid.serving.query.FinishedRows.Named;
import io.braid.serving.query.JsonValues;
import io.braid.serving.query.ValidNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A dry run: folds a file of events as one partition, in the order of the file and each stamped
 * with the present, and shows what the metrics of its source make of them. One use.
 */
final class SampleRun {

  /** Enough events to amortise what a batch costs. */
  private static final int FOLDED_AT_ONCE = 4_096;

  private static final int MAX_ROWS = 1_000;
  private static final int MAX_REASONS = 10;

  private final Source source;
  private final List<Metric> metrics;
  private final InstantSource clock;
  private final Decoder decoder;
  private final PartitionFold fold;
  private final long[] lineNumbers = new long[FOLDED_AT_ONCE];
  private final List<String> reasons = new ArrayList<>();
  private long offset;

  private SampleRun(Source source, List<Metric> metrics, InstantSource clock) {
    this.source = source;
    this.metrics = metrics;
    this.clock = clock;
    Set<Integer> wanted = new TreeSet<>();
    metrics.forEach(metric -> wanted.addAll(metric.plan().reads()));
    this.decoder = source.decoder(wanted);
    this.fold =
        new PartitionFold(
            0, source.rules(), metrics.stream().map(Metric::plan).toList(), 0, Carry.EMPTY);
  }

  /**
   * Folds a sample and prints the rows and counts of each metric.
   *
   * @param sourceName whose events they are; may be left out when there is one source
   * @throws WrongInputException when the file cannot be read, or the source is none that it could
   *     hold events of
   * @throws io.braid.definition.DefinitionException when the definitions do not check
   */
  static void print(
      Path config, Path sample, Optional<String> sourceName, InstantSource clock, PrintWriter out)
      throws WrongInputException {
    Definitions definitions =
        DefinitionLoader.load(config, name -> Optional.ofNullable(System.getenv(name)));
    Source source = source(definitions, sourceName);
    SampleRun run = new SampleRun(source, definitions.metricsOf(source), clock);
    run.read(sample);
    run.printRows(out);
    run.printCounts(sample, out);
  }

  private static Source source(Definitions definitions, Optional<String> name)
      throws WrongInputException {
    Set<String> names = definitions.sources().keySet();
    if (name.isEmpty() && names.size() > 1) {
      throw new WrongInputException(
          "Which source are these the events of? Give --source; valid: %s."
              .formatted(String.join(", ", names)));
    }
    Source source = definitions.sources().get(name.orElse(names.iterator().next()));
    if (source == null) {
      throw new WrongInputException(
          "Unknown source '%s'%s.".formatted(name.get(), ValidNames.hint(name.get(), names)));
    }
    if (!source.format().equals(RecordFormat.JSON)) {
      throw new WrongInputException(
          "Cannot read a sample of source %s: samples are JSON only, its format is %s."
              .formatted(source.name(), source.format().name()));
    }
    return source;
  }

  private void read(Path sample) throws WrongInputException {
    if (!Files.isReadable(sample) || Files.isDirectory(sample)) {
      throw new WrongInputException("Cannot read " + sample + ": no such file, or no right to.");
    }
    try (JsonLines lines = JsonLines.open(sample)) {
      Optional<byte[]> event = lines.next();
      while (event.isPresent()) {
        lineNumbers[decoder.size()] = lines.line();
        decoder.append(offset++, clock.millis(), event.get());
        if (decoder.size() == FOLDED_AT_ONCE) {
          foldTaken();
        }
        event = lines.next();
      }
    } catch (IOException e) {
      throw new WrongInputException("Cannot read " + sample + ": " + e.getMessage(), e);
    }
    foldTaken();
  }

  private void foldTaken() {
    EventBatch batch = decoder.take();
    for (int row = 0; row < batch.size() && reasons.size() < MAX_REASONS; row++) {
      if (batch.isDeadLetter(row)) {
        reasons.add("line %d: %s".formatted(lineNumbers[row], batch.reason(row)));
      }
    }
    fold.fold(batch);
  }

  private void printRows(PrintWriter out) {
    for (int i = 0; i < metrics.size(); i++) {
      Metric metric = metrics.get(i);
      FinishedRows rows = FinishedRows.of(metric.plan(), fold.view(i));
      out.printf("metric %s: %s%n", metric.name(), count(rows.size(), "row"));
      new AnswerTable(answer(rows)).lines().forEach(out::println);
      if (rows.size() > MAX_ROWS) {
        out.printf("… %d more%n", rows.size() - MAX_ROWS);
      }
      out.println();
    }
  }

  /** Returns the first rows in the form that the HTTP API has. */
  private static JsonNode answer(FinishedRows rows) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode columns = answer.putArray("columns");
    rows.columns().forEach(column -> columns.addObject().put("name", column.name()));
    ArrayNode lines = answer.putArray("rows");
    for (int row = 0; row < Math.min(rows.size(), MAX_ROWS); row++) {
      ArrayNode line = lines.addArray();
      for (Named column : rows.columns()) {
        line.add(node(JsonValues.of(column.values(), row)));
      }
    }
    return answer;
  }

  private static JsonNode node(Object value) {
    if (value == null) {
      return NullNode.instance;
    }
    if (value instanceof BigDecimal number) {
      return DecimalNode.valueOf(number);
    }
    if (value instanceof Long number) {
      return LongNode.valueOf(number);
    }
    return value instanceof Double number
        ? DoubleNode.valueOf(number)
        : TextNode.valueOf(value.toString());
  }

  private void printCounts(Path sample, PrintWriter out) {
    FoldCounts counts = fold.counts();
    out.printf(
        "sample %s: %s of source %s%n", sample, count(counts.records(), "record"), source.name());
    out.printf("dead letters: %d%n", counts.deadLetters());
    reasons.forEach(reason -> out.printf("  %s%n", AnswerTable.printable(reason)));
    if (counts.deadLetters() > reasons.size()) {
      out.printf("  … %d more%n", counts.deadLetters() - reasons.size());
    }
    out.printf("duplicates: %d%n", counts.duplicates());
    String fate = source.rules().late() == LateRule.DROP ? "dropped" : "folded";
    for (int i = 0; i < metrics.size(); i++) {
      out.printf("late in %s: %d, %s%n", metrics.get(i).name(), counts.late().get(i), fate);
    }
    for (int i = 0; i < metrics.size(); i++) {
      out.printf(
          "expression errors in %s: %d%n", metrics.get(i).name(), counts.expressionErrors().get(i));
    }
  }

  private static String count(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
