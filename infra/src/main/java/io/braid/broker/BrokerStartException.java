package io.braid.broker;

import java.io.Serial;

/**
 * The embedded broker did not start. The message is one plain sentence with cause, place and
 * remedy; trying again helps only once the named cause is gone.
 */
public final class BrokerStartException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  BrokerStartException(String message) {
    super(message);
  }

  BrokerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
