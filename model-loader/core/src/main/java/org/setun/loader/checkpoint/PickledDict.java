// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * A dictionary as a pickle fills it: keys and values in order, not hashed. A hostile pickle chooses
 * the keys, and hashing or comparing them would run into cycles and collisions of its making.
 */
final class PickledDict {
  /** One item. */
  record Item(Object key, Object value) {}

  private final List<Item> items = new ArrayList<>(0);

  void add(Object key, Object value) {
    items.add(new Item(key, value));
  }

  /** The items in the order they were set; a key may occur again, and then the last one counts. */
  List<Item> items() {
    return items;
  }
}
