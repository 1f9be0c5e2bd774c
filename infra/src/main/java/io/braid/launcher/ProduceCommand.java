package io.braid.launcher;

import io.braid.client.EventSender;
import io.braid.client.JsonLines;
import io.braid.client.KeyField;
import io.braid.client.Pacer;
import io.braid.client.ProgressBar;
import io.braid.client.SendException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "produce",
    description = "Load events, one JSON object a line, stamped with the present.")
final class ProduceCommand implements Callable<Integer> {
  private final boolean terminal;

  @Spec private CommandSpec spec;

  @Option(
      names = "--kafka",
      required = true,
      paramLabel = "HOST:PORT",
      description = "A broker, as `braid up` prints it.")
  private String kafka;

  @Option(
      names = "--topic",
      required = true,
      paramLabel = "T",
      description = "An existing topic; `braid up` creates those of its sources.")
  private String topic;

  @Option(
      names = "--file",
      required = true,
      paramLabel = "FILE",
      description = "Events, plain or gzip. Blank lines are no events.")
  private Path file;

  @Option(
      names = "--key",
      paramLabel = "FIELD",
      description = "The field that is the record's key; without, records have none.")
  private String key;

  @Option(
      names = "--skip",
      paramLabel = "N",
      defaultValue = "0",
      description = "Leave out the first N events.")
  private long skip;

  @Option(names = "--count", paramLabel = "N", description = "Send at most N events.")
  private Long count;

  @Option(names = "--rate", paramLabel = "N", description = "Send N events a second.")
  private Double rate;

  ProduceCommand(boolean terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    requireNumbers();
    try (JsonLines lines = open()) {
      try (EventSender sender = EventSender.connect(kafka, topic)) {
        send(lines, sender);
      } catch (IllegalArgumentException e) {
        throw new WrongInputException(e.getMessage(), e);
      }
    }
    return 0;
  }

  private void requireNumbers() throws WrongInputException {
    if (skip < 0) {
      throw new WrongInputException("Invalid --skip: " + skip + ", must be >= 0.");
    }
    if (count != null && count < 0) {
      throw new WrongInputException("Invalid --count: " + count + ", must be >= 0.");
    }
    if (rate != null && !(rate > 0)) {
      throw new WrongInputException("Invalid --rate: " + rate + ", must be > 0.");
    }
  }

  private JsonLines open() throws WrongInputException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new WrongInputException("Cannot read " + file + ": no such file, or no right to.");
    }
    try {
      return JsonLines.open(file);
    } catch (IOException e) {
      throw new WrongInputException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private void send(JsonLines lines, EventSender sender) throws Exception {
    ProgressBar bar = new ProgressBar(spec.commandLine().getErr(), terminal);
    long size = Math.max(1, Files.size(file));
    Optional<KeyField> keyField = Optional.ofNullable(key).map(KeyField::new);
    Optional<Pacer> pacer = Optional.ofNullable(rate).map(Pacer::new);
    try {
      for (long i = 0; i < skip; i++) {
        if (lines.next().isEmpty()) {
          break;
        }
      }
      for (long sent = 0; count == null || sent < count; sent++) {
        Optional<byte[]> event = lines.next();
        if (event.isEmpty()) {
          break;
        }
        if (pacer.isPresent()) {
          pacer.get().await();
        }
        byte[] value = event.get();
        sender.send(
            keyField.map(field -> field.of(value)).orElse(null), value, "line " + lines.line());
        double done = count == null ? (double) lines.bytesRead() / size : (double) sent / count;
        bar.show("produce", done, sent + " events");
      }
      sender.flush();
    } catch (SendException e) {
      bar.clear();
      sender.settle();
      throw new CommandFailedException(
          e.getMessage() + "\n" + sender.acknowledged() + " events were written before.", e);
    } catch (IOException e) {
      bar.clear();
      sender.flush();
      throw new CommandFailedException(
          "Cannot read "
              + file
              + " behind line "
              + lines.line()
              + ": "
              + e.getMessage()
              + "\n"
              + sender.acknowledged()
              + " events were written before.",
          e);
    }
    bar.clear();
    spec.commandLine().getOut().println(sender.acknowledged() + " events produced to " + topic);
  }
}
