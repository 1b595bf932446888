// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.util.Locale;
import org.setun.loader.io.OneLine;

/**
 * A checkpoint cannot be read. The message names the file, the tensor where there is one, and the
 * cause, in one line that can be shown to a person as it is.
 *
 * @since 0.1
 */
public class CheckpointException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /** Longest part of an untrusted name that a message repeats, in characters. */
  private static final int LONGEST_NAME = 120;

  /**
   * What went wrong, for callers and tests that must tell the cases apart.
   *
   * @since 0.1
   */
  public enum Kind {
    /** The file cannot be opened or is not a regular file. */
    UNREADABLE,
    /** The content is none of the known formats. */
    NOT_A_CHECKPOINT,
    /** The file ends before its own tables say it does. */
    TRUNCATED,
    /** The file contradicts its own format. */
    MALFORMED,
    /** The file is sound but uses a feature that this reader does not have. */
    UNSUPPORTED,
    /** The file holds several state dicts, or none of the key that was asked for. */
    AMBIGUOUS,
    /** The state dict has no tensor of the name that was asked for. */
    MISSING_TENSOR,
    /** A tensor's shape, strides or type do not fit its storage or the request. */
    BAD_TENSOR
  }

  /** What went wrong. */
  private final Kind kind;

  /** The checkpoint's path as text: a {@link Path} is not serializable. */
  private final String file;

  /** The tensor's name, or null. */
  private final String tensor;

  /**
   * An error about a file as a whole.
   *
   * @param kind what went wrong
   * @param file the checkpoint
   * @param detail the cause, without file or tensor
   */
  public CheckpointException(Kind kind, Path file, String detail) {
    this(kind, file, null, detail, null);
  }

  /**
   * An error about one tensor of a file.
   *
   * @param kind what went wrong
   * @param file the checkpoint
   * @param tensor the tensor's name, or null for the file as a whole
   * @param detail the cause, without file or tensor
   * @param cause the exception behind it, or null
   */
  public CheckpointException(Kind kind, Path file, String tensor, String detail, Throwable cause) {
    super(message(file, tensor, detail), cause);
    this.kind = kind;
    this.file = file.toString();
    this.tensor = tensor;
  }

  /**
   * What went wrong.
   *
   * @return the kind of the error
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The file that could not be read.
   *
   * @return the path as it was given to {@link Checkpoint#open}
   */
  public Path file() {
    return Path.of(file);
  }

  /**
   * The tensor at fault.
   *
   * @return the tensor's name, or null where the file as a whole is at fault
   */
  public String tensor() {
    return tensor;
  }

  private static String message(Path file, String tensor, String detail) {
    return OneLine.of(
        file + ": " + (tensor == null ? "" : "tensor " + quote(tensor) + ": ") + detail);
  }

  /**
   * A name from a file, fit for a one-line message: control characters escaped, cut when absurdly
   * long, in single quotes.
   *
   * @param untrusted the name
   * @return how a message shows it
   */
  public static String quote(String untrusted) {
    StringBuilder shown = new StringBuilder("'");
    int end = Math.min(untrusted.length(), LONGEST_NAME);
    for (int i = 0; i < end; i++) {
      char c = untrusted.charAt(i);
      if (Character.isISOControl(c) || !Character.isDefined(c) || Character.isSurrogate(c)) {
        shown.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.append(end < untrusted.length() ? "…'" : "'").toString();
  }
}
