// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * What a pickle wanted to build by a class or function that means nothing here: its name, its
 * arguments, and what was stored in it since. Nothing was run.
 */
final class PickledObject {
  private final String type;
  private final Object[] arguments;
  private final PickledDict items = new PickledDict();
  private final List<Object> elements = new ArrayList<>(0);
  private Object state;

  /**
   * An object with nothing in it.
   *
   * @param type the class or function, for messages
   * @param arguments what it was called with
   */
  PickledObject(String type, Object[] arguments) {
    this.type = type;
    this.arguments = arguments;
  }

  String type() {
    return type;
  }

  Object[] arguments() {
    return arguments;
  }

  /** What was set as in a dictionary. */
  PickledDict items() {
    return items;
  }

  /** What was appended as to a list. */
  List<Object> elements() {
    return elements;
  }

  void setState(Object newState) {
    state = newState;
  }

  /** The attributes, which a class with slots puts first of two; null without any. */
  PickledDict attributes() {
    return switch (state) {
      case PickledDict dict -> dict;
      case Object[] pair when pair.length == 2 && pair[0] instanceof PickledDict dict -> dict;
      case Object[] pair when pair.length == 2 && pair[1] instanceof PickledDict slots -> slots;
      case null, default -> null;
    };
  }
}
