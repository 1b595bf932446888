// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import java.nio.file.Path;

/**
 * One side of a comparison.
 *
 * @param name what people call it: a commit, a file
 * @param jar its benchmarks.jar, or a folder of classes
 */
public record Build(String name, Path jar) {}
