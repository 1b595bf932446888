// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.calibration;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.setun.bench.workload.BitSlicedWork;
import org.setun.kernels.family.CostTable;
import org.setun.kernels.family.Machine;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.vector.VectorKernels;
import org.setun.loader.io.AtomicFile;

/**
 * Measures every candidate that the plan may choose and writes the table that it goes by, {@link
 * CostTable}, for machines like this one and vectors as wide as this JVM's. Run it on a quiet
 * machine; {@code -XX:UseAVX=2} and {@code -XX:MaxVectorSize} stand in for others:
 *
 * <pre>
 * java -cp jmh-benchmarks/target/benchmarks.jar --add-modules jdk.incubator.vector
 *     org.setun.bench.calibration.Calibration kernels/src/main/resources/org/setun/kernels/family
 * </pre>
 */
public final class Calibration {
  /** Of a micro-kernel that is not in the table; two operations in a cycle of 3 GHz. */
  private static final double OPERATION = 0.16;

  private final KernelSet set = VectorKernels.kernels();
  private final Map<String, Work> works = new LinkedHashMap<>();

  private Calibration() {}

  /** Something whose time is to be known. */
  @FunctionalInterface
  interface Work {
    /** Does it once. */
    void run();
  }

  /**
   * Measures and writes.
   *
   * @param arguments the folder of the tables
   */
  public static void main(String[] arguments) throws IOException {
    Capabilities capabilities = Capabilities.detect();
    Machine machine = capabilities.machine();
    Map<String, Double> nanos = new Calibration().measure();
    Path file = Path.of(arguments[0], CostTable.fileName(machine));
    StringBuilder text = new StringBuilder();
    text.append("# Nanoseconds, measured by org.setun.bench.calibration.Calibration on ")
        .append(capabilities.processor().isEmpty() ? "?" : capabilities.processor())
        .append(",\n# ")
        .append(capabilities.jvm())
        .append('\n');
    nanos.forEach((name, value) -> text.append("%s = %.4g\n".formatted(name, value)));
    AtomicFile.write(file, text);
    System.out.print(text);
    System.out.println("written to " + file);
  }

  private Map<String, Double> measure() {
    Map<String, Double> nanos = new LinkedHashMap<>();
    for (TernaryGemm gemm : set.gemms()) {
      TileWork few = new TileWork(gemm, 9);
      TileWork many = new TileWork(gemm, 72);
      works.put(gemm.name() + " few", few::run);
      works.put(gemm.name() + " many", many::run);
    }
    BitSlicedWork bits = new BitSlicedWork(set.bitSliced());
    works.put("short lists", () -> bits.add(32));
    works.put("long lists", () -> bits.add(224));
    works.put("expand", bits::expand);
    works.put("counts", bits::counts);
    works.put("append", bits::append);
    works.put("planar epilogue", bits::epilogue);
    works.put("planar ternarize", bits::ternarize);
    ValueWork values = new ValueWork(set);
    works.put("gather", values::gather);
    works.put("epilogue", values::epilogue);
    works.put("ternarize", values::ternarize);
    works.put("transpose", values::transpose);
    works.put("pass", values::pass);
    Map<String, Double> times = new ByTurns(works).best();

    for (TernaryGemm gemm : set.gemms()) {
      double few = times.get(gemm.name() + " few") / TileWork.TILES;
      double many = times.get(gemm.name() + " many") / TileWork.TILES;
      double word = (many - few) / (72 - 9);
      nanos.put(CostTable.tileWord(gemm.name()), word);
      nanos.put(CostTable.tileStart(gemm.name()), Math.max(0, few - 9 * word));
    }
    double shortList = times.get("short lists") / BitSlicedWork.LISTS;
    double longList = times.get("long lists") / BitSlicedWork.LISTS;
    double entry = (longList - shortList) / (224 - 32);
    nanos.put(CostTable.ENTRY, entry);
    nanos.put(CostTable.LIST, Math.max(0, shortList - 32 * entry));
    nanos.put(CostTable.EXPAND, times.get("expand") / bits.planes());
    nanos.put(CostTable.COUNTS, times.get("counts") / BitSlicedWork.LISTS);
    nanos.put(CostTable.APPEND, times.get("append") / BitSlicedWork.TRITS);
    nanos.put(CostTable.PLANAR_EPILOGUE, times.get("planar epilogue") / BitSlicedWork.VALUES);
    nanos.put(CostTable.PLANAR_TERNARIZE, times.get("planar ternarize") / BitSlicedWork.VALUES);
    nanos.put(CostTable.OPERATION, OPERATION);
    nanos.put(CostTable.GATHER, times.get("gather") / ValueWork.WORDS);
    nanos.put(CostTable.EPILOGUE, times.get("epilogue") / ValueWork.VALUES);
    nanos.put(CostTable.TERNARIZE, times.get("ternarize") / ValueWork.VALUES);
    nanos.put(CostTable.TRANSPOSE, times.get("transpose") / ValueWork.VALUES);
    nanos.put(CostTable.PASS, times.get("pass") / ValueWork.VALUES);
    return nanos;
  }
}
