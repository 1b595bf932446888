// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.setun.bench.compare.Interval;
import org.setun.bench.suite.LayerTimes;
import org.setun.bench.suite.MachineInfo;

/** Tables that belong to no chart. */
final class PageTables {
  /** A section with a table. */
  record Section(String id, String title, String caption, Table table) {
    /** Headings, for the template. */
    List<String> columns() {
      return table.columns();
    }

    /** Rows, for the template. */
    List<Table.Row> rows() {
      return table.rows();
    }
  }

  /** Something known of the machine. */
  record Fact(String name, String value) {}

  private PageTables() {}

  static Section layers(List<LayerTimes> layers) {
    Table table =
        Table.of("layer", "µs", "95 % interval", "GMAC/s", "of port bound", "KB packed", "kernel");
    for (LayerTimes layer : layers) {
      table.add(
          layer.name(),
          Numbers.format(layer.micros()),
          Numbers.range(new Interval(layer.microsLow(), layer.micros(), layer.microsHigh())),
          Numbers.format(layer.macs() / layer.micros() / 1e3),
          Numbers.percentOfBound(layer.ofPortBound()),
          Numbers.format(layer.parameterBytes() / 1e3),
          layer.kernel());
    }
    return new Section(
        "layers",
        "Layers of ResNet-18",
        "Each pass within runs of the whole network on one thread: median and 95 % interval.",
        table);
  }

  static Section results(List<Score> scores) {
    Table table =
        Table.of(
            "benchmark",
            "µs a run",
            "interval",
            "GMAC/s",
            "of port bound",
            "GB/s at least",
            "bytes allocated");
    for (Score score : scores) {
      table.add(
          score.group() + "." + score.benchmark() + "." + score.label(),
          Numbers.format(score.micros().median()),
          Numbers.range(score.micros()),
          Numbers.format(score.rate("gmacPerSecond").median()),
          Numbers.percentOfBound(score.rate("ofPortBound").median()),
          Numbers.format(score.rate("gigabytesPerSecond").median()),
          Numbers.bytes(score.allocated()));
    }
    return new Section(
        "results",
        "All results",
        "Medians over all iterations of all forks, with 95 % intervals; of fewer than nine"
            + " iterations, their whole range.",
        table);
  }

  static List<Fact> facts(MachineInfo machine) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Processor", machine.processor() + ", " + machine.architecture()));
    facts.add(new Fact("Processors", String.valueOf(machine.processors())));
    facts.add(
        new Fact(
            "Vectors",
            machine.vectorBits()
                + " bits, "
                + (machine.vectorPopcount() ? "popcount instruction" : "no popcount instruction")));
    facts.add(new Fact("Clock", before(machine.gigahertz()) + " GHz"));
    facts.add(new Fact("Load average", before(machine.load())));
    facts.add(new Fact("System", machine.system()));
    facts.add(new Fact("JDK", machine.jdk()));
    facts.add(new Fact("JVM", machine.jvm()));
    facts.add(new Fact("JVM options", String.join(" ", machine.jvmOptions())));
    facts.add(new Fact("Kernels", String.join("; ", machine.implementation())));
    facts.add(new Fact("Measured", machine.started() + " to " + machine.finished()));
    facts.add(new Fact("Commit", machine.commit().isEmpty() ? "unknown" : machine.commit()));
    facts.add(new Fact("Features", String.join(" ", machine.flags())));
    return facts;
  }

  private static String before(List<Double> beforeAndAfter) {
    return Numbers.format(beforeAndAfter.getFirst())
        + " before, "
        + Numbers.format(beforeAndAfter.getLast())
        + " after";
  }
}
