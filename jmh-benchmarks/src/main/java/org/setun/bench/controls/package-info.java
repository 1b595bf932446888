// SPDX-License-Identifier: Apache-2.0
/** Benchmarks whose results are known beforehand: they tell whether the others can be believed. */
package org.setun.bench.controls;
