// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.compare;

import java.util.concurrent.Callable;

/**
 * What our own code is compared with.
 *
 * @param name what it is called where it cannot be had
 * @param target how many times faster our own should be; NaN: no aim
 * @param contender makes it when its turn has come, and checks what it computes
 */
public record Peer(String name, double target, Callable<Contender> contender) {}
