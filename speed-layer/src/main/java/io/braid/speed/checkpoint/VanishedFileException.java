package io.braid.speed.checkpoint;

/** A file that was listed is gone: somebody else has newer ones. */
final class VanishedFileException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient CheckpointName file;

  VanishedFileException(CheckpointName file) {
    this.file = file;
  }

  CheckpointName file() {
    return file;
  }
}
