// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClockProbeTest {
  @Test
  void clockIsThatOfAProcessor() {
    double gigahertz = ClockProbe.gigahertz();
    assertTrue(gigahertz > 0.2 && gigahertz < 8, gigahertz + " GHz");
  }
}
