// SPDX-License-Identifier: Apache-2.0
package org.setun.bench;

import static java.lang.Double.NaN;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.setun.bench.compare.ComparisonResult;
import org.setun.bench.compare.Contender;
import org.setun.bench.compare.Peer;
import org.setun.bench.peers.OneDnn;
import org.setun.bench.peers.OrtModel;
import org.setun.bench.peers.PeerModels;
import org.setun.bench.workload.Agreement;
import org.setun.bench.workload.GemmTiles;
import org.setun.bench.workload.Implementation;
import org.setun.bench.workload.Int8Work;
import org.setun.bench.workload.NetworkRun;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.Passes;
import org.setun.cli.ClockProbe;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.StepInfo;

/** The rows of {@link Comparison}: what is compared with what, and what is aimed at. */
final class ComparisonRows {
  private static final Implementation VECTOR = Implementation.named("vector");

  private final OneDnn.Isa isa;
  private final ExecutorService executor;

  ComparisonRows(OneDnn.Isa isa, ExecutorService executor) {
    this.isa = isa;
    this.executor = executor;
  }

  List<ComparisonRow> all() {
    List<ComparisonRow> rows = new ArrayList<>();
    for (String shape : List.of("64@56", "128@28", "256@14", "512@7")) {
      int depth = PeerModels.depth(PeerModels.channels(shape));
      rows.add(
          new ComparisonRow(
              "layer-" + shape,
              Networks.LAYER_MACS,
              () -> layer(shape),
              List.of(
                  ort(shape, "int8", depth, 1.4),
                  oneDnn(shape, 1.3),
                  ort(shape, "fp32", depth, NaN))));
    }
    rows.add(
        new ComparisonRow(
            "stem",
            macs(Networks.stem()),
            ComparisonRows::stem,
            List.of(ort("stem", "fp32", 1, 1))));
    rows.add(
        new ComparisonRow(
            "network",
            macs(Networks.resNet18()),
            () -> own("resnet18", 1, 1),
            List.of(ort("resnet18", "int8", 1, 1.4), ort("resnet18", "fp32", 1, 4))));
    rows.add(threads(1));
    rows.add(threads(8));
    rows.add(
        new ComparisonRow(
            "matrix-vector",
            (long) PeerModels.MATRIX_SIZE * PeerModels.MATRIX_SIZE,
            ComparisonRows::matrixVector,
            List.of(oneDnn("matrix-vector", 2))));
    for (String extents :
        List.of("1x4096x4096", "1x2560x6912", "16x4096x4096", "49x4096x4096", "512x4096x4096")) {
      rows.add(int8(extents));
    }
    rows.add(
        new ComparisonRow(
            "own-fp32",
            macs(Networks.resNet18()),
            () -> own("resnet18", 1, 1),
            List.of(new Peer("Setun fp32", 2.5, () -> own("resnet18-fp32", 1, 1)))));
    return rows;
  }

  /** Ternary weights × bell-shaped bytes, beside weights of bytes; a vector beside reading. */
  private ComparisonRow int8(String extents) {
    boolean vector = extents.startsWith("1x");
    List<Peer> peers = new ArrayList<>();
    peers.add(oneDnn(extents, vector ? 1.5 : 0.9));
    peers.add(
        new Peer(
            "ONNX Runtime int8",
            vector ? 1.5 : 0.9,
            () -> {
              OrtModel model = OrtModel.product(Int8Work.extents(extents));
              return new Contender(model.describe(), model::run);
            }));
    peers.add(
        new Peer(
            "int16 vectors",
            vector ? 5 : 1.2,
            () -> new Contender("int16 vectors", new Int8Work(extents, true).plain())));
    if (vector) {
      String name = ComparisonResult.READING + " as many bytes";
      peers.add(
          new Peer(name, NaN, () -> new Contender(name, new Int8Work(extents, true).reading())));
    }
    return new ComparisonRow(
        "int8-" + extents,
        (long) PeerModels.macs(extents),
        () -> {
          Int8Work work = new Int8Work(extents, true);
          return new Contender("Setun " + work.describe(), work::run);
        },
        peers);
  }

  private ComparisonRow threads(int batch) {
    return new ComparisonRow(
        "threads-batch" + batch,
        0,
        () -> own("resnet18", batch, 2),
        List.of(new Peer("Setun on 1 thread", 1.7, () -> own("resnet18", batch, 1))));
  }

  private static Peer ort(String network, String type, int units, double target) {
    return new Peer(
        "ONNX Runtime " + type,
        target,
        () -> {
          OrtModel model = PeerModels.ort(network, type, 1);
          return new Contender(model.describe(), model::run, units);
        });
  }

  private Peer oneDnn(String shape, double target) {
    return new Peer(
        "oneDNN int8",
        target,
        () -> {
          OneDnn primitive = PeerModels.oneDnn(isa, shape);
          return new Contender(primitive.describe(), primitive::run);
        });
  }

  private static long macs(NetworkGraph graph) {
    return new Passes(graph, VECTOR, step -> true).macs();
  }

  private static Contender layer(String shape) {
    NetworkGraph graph = Networks.halfBlock(PeerModels.channels(shape), PeerModels.size(shape));
    Agreement.check(graph, VECTOR);
    Passes passes = new Passes(graph, VECTOR, Passes.of(Networks.HALF_BLOCK_CONVOLUTION));
    return new Contender("Setun " + passes.steps().getFirst().kernel(), passes::run);
  }

  private static Contender stem() {
    NetworkGraph graph = Networks.stem();
    Agreement.check(graph, VECTOR);
    Passes passes = new Passes(graph, VECTOR, step -> true);
    return new Contender("Setun " + passes.steps().getLast().kernel(), passes::run);
  }

  private static Contender matrixVector() {
    NetworkGraph graph = Networks.matrixVector(PeerModels.MATRIX_SIZE);
    Agreement.check(graph, VECTOR);
    Passes passes = new Passes(graph, VECTOR, Passes.allButImage());
    return new Contender("Setun " + passes.steps().getLast().kernel(), passes::run);
  }

  private Contender own(String network, int batch, int threads) {
    NetworkRun run = new NetworkRun(network, "vector", batch, threads, executor);
    run.check();
    return new Contender("Setun " + run.describe(), run::run, batch);
  }

  /** The micro-kernels on operands in cache, each with its least possible time. */
  record BareKernel(Contender contender, double boundNanos) {}

  static List<BareKernel> bareKernels() {
    double gigahertz = ClockProbe.gigahertz();
    return VECTOR.gemms().stream()
        .map(GemmTiles::new)
        .map(
            tiles ->
                new BareKernel(
                    new Contender(tiles.name(), tiles::run), tiles.boundNanos(gigahertz)))
        .toList();
  }

  /** Bytes of the packed parameters of ResNet-18's ternary layers. */
  static long ternaryBytes() {
    return new Passes(Networks.resNet18(), VECTOR, step -> isTernary(step))
        .steps().stream().mapToLong(StepInfo::parameterBytes).sum();
  }

  private static boolean isTernary(StepInfo step) {
    return step.layers().stream().anyMatch(layer -> layer.endsWith(".conv"))
        && !step.layers().contains("stem.conv");
  }
}
