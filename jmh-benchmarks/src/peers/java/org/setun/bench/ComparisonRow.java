// SPDX-License-Identifier: Apache-2.0
package org.setun.bench;

import java.util.List;
import java.util.concurrent.Callable;
import org.setun.bench.compare.Contender;
import org.setun.bench.compare.Peer;

/**
 * A row of the comparison: our own code and those it is compared with.
 *
 * @param id name to select it by
 * @param macs multiply-adds of a unit of our own work, 0 if it is not to be shown
 * @param own makes our own contender when the row's turn has come
 * @param peers the others
 */
record ComparisonRow(String id, long macs, Callable<Contender> own, List<Peer> peers) {}
