// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

/**
 * Why a record could not be classified: the values of {@code prediction.error.kind}.
 *
 * @since 0.1
 */
public enum ImageError {
  /** The column is null, or the tensor holds a null. */
  NULL,
  /** The bytes are not a sound PNG or JPEG image, or it is too large to decode. */
  UNREADABLE,
  /** The record has another number of bytes or values than its shape, or the image is too small. */
  WRONG_SIZE,
  /** The tensor holds NaN or an infinity. */
  NOT_FINITE
}
