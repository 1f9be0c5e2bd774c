package io.braid.launcher;

import io.braid.platform.ServeProcess;
import io.braid.platform.SingleProcess;
import io.braid.platform.SpeedProcess;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code braid} command. */
@Command(
    name = "braid",
    description = "Metrics written once in SQL: complete from Spark, fresh from Kafka.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = "%nExit codes: 0 done, 1 failed or different, 2 wrong usage or definitions.")
public final class Braid {
  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  private boolean verbose;

  private Braid() {}

  /** Runs one command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    boolean terminal = Boolean.getBoolean("braid.terminal");
    PlatformStarters starters =
        new PlatformStarters(
            options -> SingleProcess.start(options, BuildVersion.number()),
            SpeedProcess::start,
            ServeProcess::start);
    Checker checker = DefinitionSummary::print;
    CommandLine command =
        commandLine(starters, checker, terminal)
            .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    System.exit(command.execute(args));
  }

  /**
   * Returns the command with all its subcommands.
   *
   * @param terminal whether standard error is a terminal, so that progress may be drawn there
   */
  static CommandLine commandLine(PlatformStarters starters, Checker checker, boolean terminal) {
    Braid braid = new Braid();
    Failures failures = new Failures(() -> braid.verbose);
    CommandLine command =
        new CommandLine(braid)
            .addSubcommand(new DemoCommand(starters.up(), terminal))
            .addSubcommand(new UpCommand(starters.up()))
            .addSubcommand(new SpeedCommand(starters.speed()))
            .addSubcommand(new ServeCommand(starters.serve()))
            .addSubcommand(new CheckCommand(checker))
            .addSubcommand(new ProduceCommand(terminal))
            .addSubcommand(new RecomputeCommand(terminal))
            .addSubcommand(new ReplayCommand(terminal))
            .addSubcommand(new CompareCommand(terminal))
            .addSubcommand(new QueryCommand());
    return command
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setColorScheme(Help.defaultColorScheme(Ansi.OFF));
  }
}
