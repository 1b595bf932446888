// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private final MemoryBudget budget = new MemoryBudget(100);

  @Test
  void allRequestsShareIt() {
    MemoryBudget.Lease first = budget.lease();
    MemoryBudget.Lease second = budget.lease();
    assertTrue(first.take(60));
    assertFalse(second.take(41));
    assertTrue(second.take(40));
    assertFalse(first.take(1));
  }

  @Test
  void whatIsRefusedIsNotCharged() {
    MemoryBudget.Lease lease = budget.lease();
    assertFalse(lease.take(101));
    assertTrue(lease.take(100));
  }

  @Test
  void whatWasTakenIsGivenBackOnce() {
    MemoryBudget.Lease lease = budget.lease();
    assertTrue(lease.take(60));
    assertTrue(lease.take(40));
    lease.close();
    lease.close();
    assertTrue(budget.lease().take(100));
    assertFalse(budget.lease().take(1));
  }
}
