package io.braid.decode;

/** The bytes at hand are no datum of their schema; the message is a dead letter's reason. */
final class DatumException extends Exception {

  private static final long serialVersionUID = 1L;

  DatumException(String message) {
    super(message, null, false, false); // thrown once a record at worst: no stack trace
  }
}
