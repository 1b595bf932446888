// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

/**
 * A tensor as a pickle describes it: nothing is checked or looked up yet.
 *
 * @param storage where its elements are
 * @param type of its elements; another than the storage's where that is of bytes
 * @param offset of its first element in the storage, in elements
 * @param shape extents, outermost first
 * @param strides in elements
 */
record PickledTensor(
    StorageRef storage, ElementType type, long offset, long[] shape, long[] strides) {

  /**
   * A persistent id: a storage that the pickle refers to and that lies elsewhere in the file.
   *
   * @param type the element type
   * @param key the storage's name in the file
   * @param size elements of the storage
   * @param viewOffset first element of the part that is meant; 0 but for old files
   * @param viewSize elements of that part
   */
  record StorageRef(ElementType type, String key, long size, long viewOffset, long viewSize) {}
}
