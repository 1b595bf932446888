// SPDX-License-Identifier: Apache-2.0
/** Makes one self-contained page of charts and tables from a folder of results. */
package org.setun.bench.report;
