package io.braid.serving.http;

import io.braid.serving.query.RefusedException;
import io.braid.store.RunManifest.Missing;
import io.braid.store.StoreException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every failure with a problem document, and never with a stack trace. */
final class Problems {

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  static void register(RoutesConfig routes) {
    routes.exception(RefusedException.class, Problems::refused);
    routes.exception(HttpResponseException.class, Problems::refusedByHttp);
    routes.exception(EofException.class, (e, ctx) -> LOG.debug("A client went away", e));
    routes.exception(
        StoreException.class,
        (e, ctx) -> {
          LOG.error("{} {} failed", ctx.method(), ctx.path(), e);
          write(ctx, Problem.INTERNAL, 500, e.getMessage(), List.of());
        });
    routes.exception(
        Exception.class,
        (e, ctx) -> {
          LOG.error("{} {} failed", ctx.method(), ctx.path(), e);
          write(ctx, Problem.INTERNAL, 500, Problem.INTERNAL.description(), List.of());
        });
  }

  private static void refused(RefusedException e, Context ctx) {
    Problem problem = Problem.of(e.reason());
    e.retryAfter()
        .ifPresent(
            after -> ctx.header("Retry-After", Long.toString((after.toMillis() + 999) / 1_000)));
    write(ctx, problem, problem.status(), e.getMessage(), e.missing());
  }

  private static void refusedByHttp(HttpResponseException e, Context ctx) {
    Problem problem = Problem.ofStatus(e.getStatus());
    String detail =
        switch (problem) {
          case NOT_FOUND ->
              "Nothing is at %s; the API begins at /api/v1/metrics".formatted(ctx.path());
          case METHOD_NOT_ALLOWED ->
              "%s is not possible on %s; the Allow header names what is"
                  .formatted(ctx.method(), ctx.path());
          default -> e.getMessage();
        };
    write(ctx, problem, e.getStatus(), detail, List.of());
  }

  static void write(
      Context ctx, Problem problem, int status, String detail, List<Missing> missing) {
    ctx.status(status);
    ctx.contentType(ProblemDocument.CONTENT_TYPE);
    ctx.result(ProblemDocument.of(problem, status, detail, missing).json());
  }

  /** Returns what answers requests that do not even reach a route. */
  static ErrorHandler underneath() {
    return new ErrorHandler() {
      @Override
      protected void generateResponse(
          Request request,
          Response response,
          int code,
          String message,
          Throwable cause,
          Callback callback) {
        Problem problem = Problem.ofStatus(code);
        String detail = message == null ? problem.description() : message;
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, ProblemDocument.CONTENT_TYPE);
        byte[] json = ProblemDocument.of(problem, code, detail, List.of()).json();
        response.write(true, ByteBuffer.wrap(json), callback);
      }
    };
  }
}
