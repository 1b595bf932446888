// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.Layout;

/**
 * What parts of passes cost on a kind of machine: nanoseconds of one thread of the machine that
 * they were measured on by {@code org.setun.bench.calibration.Calibration}. The plan compares sums
 * of them, so only ratios matter, and nothing is timed at start-up. There is a table for each width
 * and generation of vectors, a text file beside this class.
 */
public final class CostTable {
  /** One vector's entry of a bit-sliced sum. */
  public static final String ENTRY = "bit-sliced entry";

  /** Start and end of a list of entries. */
  public static final String LIST = "bit-sliced list";

  /** One plane of a table of entries. */
  public static final String EXPAND = "expanded plane";

  /** One vector of counters made integers. */
  public static final String COUNTS = "vector of counters";

  /** One trit that is looked at for a list. */
  public static final String APPEND = "listed trit";

  /** From an integer to a planar value, shortcut and PReLU included. */
  public static final String PLANAR_EPILOGUE = "planar epilogue value";

  /** From a planar value to its trit. */
  public static final String PLANAR_TERNARIZE = "planar ternarized value";

  /** A gathered word of trits. */
  public static final String GATHER = "gathered word";

  /** From a count to a value, shortcut and PReLU included. */
  public static final String EPILOGUE = "epilogue value";

  /** From a value to its trit. */
  public static final String TERNARIZE = "ternarized value";

  /** A value whose layout changes. */
  public static final String TRANSPOSE = "transposed value";

  /** A value of a pass that does little for each: an addition, a multiply-add, a copy. */
  public static final String PASS = "passed value";

  /** One vector operation of a micro-kernel that was not measured. */
  public static final String OPERATION = "vector operation";

  /** Tables by their file: every family of a network asks for the same one. */
  private static final Map<String, CostTable> READ = new ConcurrentHashMap<>();

  private final Map<String, Double> nanos;

  private CostTable(Map<String, Double> nanos) {
    this.nanos = nanos;
  }

  /** Name of the cost of a micro-kernel's word of K, for a tile. */
  public static String tileWord(String gemm) {
    return withoutWidth(gemm) + " word";
  }

  /** Name of the cost of a micro-kernel's tile without its words. */
  public static String tileStart(String gemm) {
    return withoutWidth(gemm) + " tile";
  }

  private static String withoutWidth(String gemm) {
    return gemm.substring(0, Math.max(0, gemm.lastIndexOf('-')));
  }

  /** Name of the file with a machine's costs. */
  public static String fileName(Machine machine) {
    return "costs-"
        + machine.architecture()
        + "-"
        + machine.vectorBits()
        + "-bit-"
        + machine.vectorRegisters()
        + "-registers"
        + (machine.vectorPopcount() ? "-popcount" : "")
        + ".txt";
  }

  /**
   * The costs on a machine; where there is no table for it, those of the most similar one.
   *
   * @param machine the machine
   */
  public static CostTable of(Machine machine) {
    if (machine.vectorBits() == 0) {
      return READ.computeIfAbsent("costs-scalar.txt", CostTable::read);
    }
    String architecture =
        machine.architecture().equals("x86_64") ? "amd64" : machine.architecture();
    int bits = machine.vectorBits();
    boolean popcount = machine.vectorPopcount();
    // Of what an instruction set can do, ternary logic weighs most: 32 registers on x86 mean it.
    List<Machine> similar =
        List.of(
            new Machine(architecture, bits, machine.vectorRegisters(), popcount, 0),
            new Machine(architecture, bits, 32, true, 0),
            new Machine(architecture, bits, 16, false, 0),
            new Machine("aarch64", 128, 32, false, 0));
    return similar.stream()
        .map(CostTable::fileName)
        .filter(name -> CostTable.class.getResource(name) != null)
        .findFirst()
        .map(name -> READ.computeIfAbsent(name, CostTable::read))
        .orElseThrow(() -> new IllegalStateException("no table of costs for " + machine));
  }

  private static CostTable read(String file) {
    try (InputStream in = CostTable.class.getResourceAsStream(file)) {
      Map<String, Double> nanos = new HashMap<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" = "))
          .forEach(words -> nanos.put(words[0], Double.valueOf(words[1])));
      return new CostTable(Map.copyOf(nanos));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A cost.
   *
   * @param name what costs it
   * @return nanoseconds
   * @throws IllegalStateException if the table lacks it
   */
  public double nanos(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalStateException("the table of costs lacks '" + name + "'"));
  }

  /** A cost, if the table has it. */
  public OptionalDouble find(String name) {
    Double value = nanos.get(name);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Change of a value from one layout to another. */
  public double conversion(Shape shape, Layout from, Layout to) {
    return nanos(TRANSPOSE) * ((double) from.floats(shape) + to.floats(shape)) / 2;
  }

  /** A pass that does little for each value of its output. */
  public double pass(Shape shape, Layout layout) {
    return nanos(PASS) * layout.floats(shape);
  }
}
