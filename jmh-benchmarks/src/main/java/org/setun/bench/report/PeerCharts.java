// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.setun.bench.compare.ComparisonResult;

/** How many times faster than others, and than itself under other conditions. */
final class PeerCharts {
  /** The id of the chart of products. */
  static final String PRODUCTS = "products";

  private PeerCharts() {}

  static Chart speedUp(List<ComparisonResult> comparisons) {
    String title = "Against ONNX Runtime and oneDNN";
    String caption =
        "How many times faster Setun is; at the dashed line both are equally fast. Each ratio is"
            + " the median over rounds in which all ran by turns in one process, on one thread;"
            + " the bracket is its 95 % confidence interval.";
    List<ComparisonResult> peers =
        comparisons.stream().filter(c -> !isOwn(c) && !isProduct(c)).toList();
    if (peers.isEmpty()) {
      return Chart.missing(
          "peers",
          title,
          caption,
          "ONNX Runtime and oneDNN were not measured. ./setun bench-suite --peers does that.");
    }
    return chart("peers", title, caption, peers);
  }

  /** Ternary weights × bytes; what is compared with reading memory is no peer. */
  static Chart products(List<ComparisonResult> comparisons) {
    String title = "Ternary weights × bytes";
    String caption =
        "How many times faster Setun is than int8 products of others, and than the plain loop on"
            + " vectors of 16 bits, by rows × outputs × columns; one thread, by turns. At the"
            + " dashed line both are equally fast.";
    List<ComparisonResult> products =
        comparisons.stream()
            .filter(c -> isProduct(c) && !c.peer().startsWith(ComparisonResult.READING))
            .toList();
    if (products.isEmpty()) {
      return Chart.missing(
          PRODUCTS,
          title,
          caption,
          "Not measured: it is part of ./setun bench-suite --peers without --quick.");
    }
    return chart(PRODUCTS, title, caption, products);
  }

  static Chart itself(List<ComparisonResult> comparisons) {
    String title = "Against itself";
    String caption =
        "ResNet-18 on one thread takes so many times as long as on two, and its fp32 twin as long"
            + " as the ternary network.";
    List<ComparisonResult> own = comparisons.stream().filter(PeerCharts::isOwn).toList();
    if (own.isEmpty()) {
      return Chart.missing(
          "itself",
          title,
          caption,
          "Not measured: it is part of ./setun bench-suite --peers without --quick.");
    }
    return chart("itself", title, caption, own);
  }

  private static boolean isOwn(ComparisonResult comparison) {
    return comparison.peer().startsWith("Setun");
  }

  private static boolean isProduct(ComparisonResult comparison) {
    return comparison.row().startsWith("int8-");
  }

  private static Chart chart(
      String id, String title, String caption, List<ComparisonResult> comparisons) {
    List<Chart.Bar> bars = new ArrayList<>();
    Table table = Table.of("What", "Setun", "µs", "against", "µs", "ratio", "95 % interval");
    for (ComparisonResult each : comparisons) {
      if (each.hasFailed()) {
        bars.add(new Chart.Bar(what(each.row()) + " · " + peer(each) + " failed", 0, 0, 0, 0));
        table.add(
            what(each.row()), each.own(), "–", each.peer(), "failed: " + each.failure(), "–", "–");
        continue;
      }
      bars.add(
          new Chart.Bar(
              what(each.row()) + " · " + peer(each),
              each.ratio().median(),
              each.ratio().low(),
              each.ratio().high(),
              color(each.peer())));
      table.add(
          what(each.row()),
          each.own(),
          Numbers.format(each.ownMicros()),
          each.peer(),
          Numbers.format(each.peerMicros()),
          Numbers.format(each.ratio().median()),
          Numbers.range(each.ratio()));
    }
    return Chart.bars(
        id,
        title,
        caption,
        Map.of("unit", "times faster", "suffix", " ×", "reference", 1),
        bars,
        table);
  }

  private static String what(String row) {
    return switch (row) {
      case "network" -> "ResNet-18";
      case "stem" -> "stem, fp32";
      case "matrix-vector" -> "matrix × vector";
      case "threads-batch1" -> "2 threads, batch 1";
      case "threads-batch8" -> "2 threads, batch 8";
      case "own-fp32" -> "ternary";
      default -> row.replace("layer-", "layer ").replace("int8-", "").replace("x", " × ");
    };
  }

  /** The peer without what the table says of it. */
  private static String peer(ComparisonResult comparison) {
    String name = comparison.peer();
    if (isOwn(comparison)) {
      return comparison.row().equals("own-fp32") ? "fp32" : "1 thread";
    }
    if (name.startsWith("int16")) {
      return name;
    }
    String engine = name.startsWith("oneDNN") ? "oneDNN" : "ONNX Runtime";
    return engine + (name.contains("fp32") ? " fp32" : " int8");
  }

  private static int color(String peer) {
    if (peer.startsWith("Setun")) {
      return 3;
    }
    if (peer.contains("fp32") || peer.startsWith("int16")) {
      return 2;
    }
    return peer.startsWith("oneDNN") ? 1 : 0;
  }
}
