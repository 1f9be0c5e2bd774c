package io.braid.launcher;

import io.braid.platform.Platform;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process to be signalled: the command over a platform that notes its own end in a file. */
final class ServingProcess {
  private ServingProcess() {}

  public static void main(String[] args) {
    Path noted = Path.of(System.getProperty("noted"));
    PlatformStarter starter =
        options ->
            new Platform() {
              @Override
              public URI url() {
                return URI.create("http://127.0.0.1:8080");
              }

              @Override
              public String bootstrapServers() {
                return "127.0.0.1:9092";
              }

              @Override
              public void close() {
                try {
                  Files.writeString(noted, "closed");
                  if (Boolean.getBoolean("hang")) {
                    Thread.currentThread().join();
                  }
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              }
            };
    System.exit(
        Braid.commandLine(TestingCommand.starters(starter), (config, printer) -> {}, false)
            .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
            .execute(args));
  }
}
