// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An entry of a GGUF file's table of tensors.
 *
 * @param name its name
 * @param typeCode the number of its type
 * @param type its type, empty if this reader does not know the number
 * @param shape the extents, outermost first, as everywhere in Setun; GGUF writes the innermost
 *     first
 * @param offset of its first byte in the file
 * @since 0.1
 */
public record GgufTensor(
    String name, int typeCode, Optional<GgufType> type, List<Long> shape, long offset) {
  /** Copies the shape. */
  public GgufTensor {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(shape, "shape");
    shape = List.copyOf(shape);
  }

  /** {@return the number of elements; 1 for a scalar} */
  public long elementCount() {
    return Tensor.product(extents());
  }

  /** {@return the size in bytes; empty for a type that this reader does not know} */
  public OptionalLong byteSize() {
    return type.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(elementCount() / type.get().blockElements() * type.get().blockBytes());
  }

  /** {@return the type's name, {@code type 36} for one that this reader does not know} */
  public String typeName() {
    return type.map(GgufType::name).orElse("type " + Integer.toUnsignedString(typeCode));
  }

  long[] extents() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
