package io.braid.speed.checkpoint;

/** A file is no checkpoint, or not the one that its place says: to be passed over. */
final class UnusableFileException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient CheckpointName file;
  private final boolean isDamaged;

  /**
   * Makes an exception.
   *
   * @param isDamaged whether the file will never be of use; false when it only could not be read
   */
  UnusableFileException(CheckpointName file, boolean isDamaged, String reason, Throwable cause) {
    super(reason, cause);
    this.file = file;
    this.isDamaged = isDamaged;
  }

  CheckpointName file() {
    return file;
  }

  boolean isDamaged() {
    return isDamaged;
  }
}
