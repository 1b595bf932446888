// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An array of unsigned bytes in the IDX format of the MNIST family: images (count, rows, columns)
 * or labels (count).
 *
 * <p>The file is two zero bytes, the element type (8, unsigned byte, is the only one read here),
 * the number of dimensions, each extent as a big-endian 32-bit number, then the elements in
 * row-major order. It may be compressed with gzip.
 *
 * @param dims the extents, outermost first: the first counts the items
 * @param data the elements in row-major order; shared, not copied
 * @see <a href="https://github.com/zalandoresearch/fashion-mnist">Fashion-MNIST</a>
 * @since 0.1
 */
public record IdxFile(List<Integer> dims, byte[] data) {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int GZIP_MAGIC = 0x1F8B;

  /**
   * Data a file may hold per byte of its size: images compress to a half, bombs to a thousandth.
   */
  private static final int MOST_INFLATION = 64;

  /** Data any file may hold, however small it is, in bytes. */
  private static final long SMALL = 1 << 20;

  /** Makes the extents immutable. */
  public IdxFile {
    Objects.requireNonNull(dims, "dims");
    Objects.requireNonNull(data, "data");
    dims = List.copyOf(dims);
  }

  /**
   * The number of items: images or labels.
   *
   * @return the first extent
   */
  public int count() {
    return dims.getFirst();
  }

  /**
   * Reads a file, compressed with gzip or not, whatever its name.
   *
   * @param path the file
   * @return its content
   * @throws IdxException when the file cannot be read, is no IDX file of unsigned bytes, or has
   *     less or more data than its extents say
   */
  public static IdxFile read(Path path) throws IdxException {
    Objects.requireNonNull(path, "path");
    try (InputStream file = new BufferedInputStream(Files.newInputStream(path));
        DataInputStream in = new DataInputStream(new BufferedInputStream(inflated(file)))) {
      return read(path, in, Math.max(SMALL, MOST_INFLATION * Files.size(path)));
    } catch (IdxException e) {
      throw e;
    } catch (EOFException e) {
      throw new IdxException(path, "ends too early", e);
    } catch (ZipException e) {
      throw new IdxException(path, "damaged gzip data: " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new IdxException(path, "no such file", e);
    } catch (IOException e) {
      throw new IdxException(path, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static InputStream inflated(InputStream file) throws IOException {
    file.mark(2);
    int magic = file.read() << 8 | file.read();
    file.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(file) : file;
  }

  private static IdxFile read(Path path, DataInputStream in, long limit) throws IOException {
    int magic = in.readInt();
    if (magic >>> 16 != 0) {
      throw new IdxException(path, "not an IDX file");
    }
    if (magic >>> 8 != UNSIGNED_BYTE) {
      throw new IdxException(
          path, "elements of IDX type " + (magic >>> 8) + ", only unsigned bytes (8) are read");
    }
    int rank = magic & 0xFF;
    if (rank == 0) {
      throw new IdxException(path, "has no dimensions");
    }
    List<Integer> dims = new ArrayList<>();
    long size = 1;
    for (int d = 0; d < rank; d++) {
      int extent = in.readInt();
      if (extent <= 0 || size * extent > Integer.MAX_VALUE) {
        throw new IdxException(path, "dimension " + d + " has the extent " + extent);
      }
      dims.add(extent);
      size *= extent;
    }
    if (size > limit) {
      throw new IdxException(path, "promises " + size + " bytes of data, too many for its size");
    }
    // readNBytes grows with what is really there: a header that lies allocates nothing.
    byte[] data = in.readNBytes((int) size);
    if (data.length < size) {
      throw new IdxException(path, "has " + data.length + " of " + size + " bytes of data");
    }
    if (in.read() != -1) {
      throw new IdxException(path, "has more data than its extents " + dims + " say");
    }
    return new IdxFile(dims, data);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdxFile file
        && dims.equals(file.dims)
        && Arrays.equals(data, file.data);
  }

  @Override
  public int hashCode() {
    return 31 * dims.hashCode() + Arrays.hashCode(data);
  }

  /** Extents, for messages. */
  @Override
  public String toString() {
    return "IdxFile " + dims;
  }
}
