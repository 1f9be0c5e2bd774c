package io.braid.launcher;

import io.braid.broker.BrokerStartException;
import io.braid.client.ApiException;
import io.braid.client.SendException;
import io.braid.definition.DefinitionException;
import io.braid.log.KafkaUnavailableException;
import io.braid.log.TopicRefusedException;
import io.braid.serving.http.ListenException;
import io.braid.speed.peer.EndpointException;
import io.braid.store.StoreException;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns failures into a plain line or two on standard error and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  static final int FAILED = 1;
  static final int WRONG_INPUT = 2;

  private final BooleanSupplier verbose;

  Failures(BooleanSupplier verbose) {
    this.verbose = verbose;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    // picocli complains of the missing --config before the mistyped --confg that explains it.
    if (failure instanceof MissingParameterException
        && !command.getUnmatchedArguments().isEmpty()) {
      failure = new UnmatchedArgumentException(command, command.getUnmatchedArguments());
    }
    err.println(failure.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
      err.println("Try `" + command.getCommandSpec().qualifiedName() + " --help`.");
    }
    return WRONG_INPUT;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    err.println(isMeantForPeople(failure) ? failure.getMessage() : unexpected(failure));
    if (verbose.getAsBoolean()) {
      failure.printStackTrace(err);
    }
    err.flush();
    boolean wrong =
        failure instanceof WrongInputException
            || failure instanceof DefinitionException
            || (failure instanceof ApiException refused && refused.isWrongRequest());
    return wrong ? WRONG_INPUT : FAILED;
  }

  private static boolean isMeantForPeople(Exception failure) {
    return failure instanceof WrongInputException
        || failure instanceof DefinitionException
        || failure instanceof StoreException
        || failure instanceof KafkaUnavailableException
        || failure instanceof TopicRefusedException
        || failure instanceof ListenException
        || failure instanceof EndpointException
        || failure instanceof CommandFailedException
        || failure instanceof BrokerStartException
        || failure instanceof ApiException
        || failure instanceof SendException;
  }

  private static String unexpected(Exception failure) {
    String cause = String.valueOf(failure).replaceAll("\\s*\\R\\s*", " ");
    return "Unexpected failure: " + cause + "\nThe same command with --verbose shows where.";
  }
}
