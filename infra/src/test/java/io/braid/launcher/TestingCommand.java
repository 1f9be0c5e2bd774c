package io.braid.launcher;

import io.braid.platform.ServeProcess;
import io.braid.platform.SingleProcess;
import io.braid.platform.SpeedProcess;
import java.io.PrintWriter;
import java.io.StringWriter;

/** The {@code braid} command in this process, with what it printed. */
public final class TestingCommand {
  private TestingCommand() {}

  /**
   * What a command came to.
   *
   * @param out of standard output
   * @param err of standard error, without what is logged
   */
  public record Outcome(int status, String out, String err) {}

  public static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Braid.commandLine(
                new PlatformStarters(
                    options -> SingleProcess.start(options, "test"),
                    SpeedProcess::start,
                    ServeProcess::start),
                DefinitionSummary::print,
                false)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Outcome(status, out.toString(), err.toString());
  }

  /** Starts whatever command is given in the one way. */
  static PlatformStarters starters(PlatformStarter starter) {
    return new PlatformStarters(starter, starter, starter);
  }
}
