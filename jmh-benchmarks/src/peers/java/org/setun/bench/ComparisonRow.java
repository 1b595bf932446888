package org.setun.bench;

import java.util.List;
import java.util.concurrent.Callable;
import org.setun.bench.compare.Contender;

/**
 * A row of the comparison: our own code and those it is compared with.
 *
 * @param id name to select it by
 * @param macs multiply-adds of a unit of our own work, 0 if it is not to be shown
 * @param contenders makes them when the row's turn has come, our own first
 * @param targets how many times faster than each of the others our own should be; NaN: no aim
 */
record ComparisonRow(
    String id, long macs, Callable<List<Contender>> contenders, double... targets) {}
