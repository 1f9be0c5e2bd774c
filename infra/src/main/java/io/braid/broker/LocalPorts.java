package io.braid.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * TCP ports of 127.0.0.1. An answer is true at the moment of asking; another process may be next.
 */
public final class LocalPorts {
  private LocalPorts() {}

  /** Returns whether a server could listen on this port of 127.0.0.1 now. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // As servers do: a port with nothing but connections in TIME_WAIT counts as free.
      socket.setReuseAddress(true);
      socket.bind(address(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns a port that nobody listens on, chosen by the operating system. */
  public static int free() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(address(0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("No free port on 127.0.0.1", e);
    }
  }

  /** Returns the preferred port when it is free, any free port otherwise. */
  public static int freeOrOther(int preferred) {
    return isFree(preferred) ? preferred : free();
  }

  private static InetSocketAddress address(int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
  }
}
