package org.setun.bench;

import static java.lang.Double.NaN;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.setun.bench.compare.Contender;
import org.setun.bench.peers.OneDnn;
import org.setun.bench.peers.OrtModel;
import org.setun.bench.peers.PeerModels;
import org.setun.bench.workload.Agreement;
import org.setun.bench.workload.GemmTiles;
import org.setun.bench.workload.Implementation;
import org.setun.bench.workload.NetworkRun;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.Passes;
import org.setun.kernels.ClockProbe;
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
      rows.add(
          new ComparisonRow(
              "layer-" + shape, Networks.LAYER_MACS, () -> layer(shape), 1.4, 1.3, NaN));
    }
    rows.add(new ComparisonRow("stem", macs(Networks.stem()), this::stem, 1));
    rows.add(new ComparisonRow("network", macs(Networks.resNet18()), this::network, 1.4, 4));
    rows.add(new ComparisonRow("threads-batch1", 0, () -> threads(1), 1.7));
    rows.add(new ComparisonRow("threads-batch8", 0, () -> threads(8), 1.7));
    rows.add(
        new ComparisonRow(
            "matrix-vector",
            (long) PeerModels.MATRIX_SIZE * PeerModels.MATRIX_SIZE,
            this::matrixVector,
            2));
    rows.add(new ComparisonRow("own-fp32", macs(Networks.resNet18()), this::ownFloats, 2.5));
    return rows;
  }

  private static long macs(NetworkGraph graph) {
    return new Passes(graph, VECTOR, step -> true).macs();
  }

  private List<Contender> layer(String shape) throws OrtException {
    int channels = PeerModels.channels(shape);
    NetworkGraph graph = Networks.halfBlock(channels, PeerModels.size(shape));
    Agreement.check(graph, VECTOR);
    Passes passes = new Passes(graph, VECTOR, Passes.of(Networks.HALF_BLOCK_CONVOLUTION));
    OrtModel int8 = PeerModels.ort(shape, "int8", 1);
    OneDnn oneDnn = PeerModels.oneDnn(isa, shape);
    OrtModel floats = PeerModels.ort(shape, "fp32", 1);
    int depth = PeerModels.depth(channels);
    return List.of(
        new Contender("Setun " + passes.steps().getFirst().kernel(), passes::run),
        new Contender(int8.describe(), int8::run, depth),
        new Contender(oneDnn.describe(), oneDnn::run),
        new Contender(floats.describe(), floats::run, depth));
  }

  private List<Contender> stem() throws OrtException {
    NetworkGraph graph = Networks.stem();
    Agreement.check(graph, VECTOR);
    Passes passes = new Passes(graph, VECTOR, step -> true);
    OrtModel floats = PeerModels.ort("stem", "fp32", 1);
    return List.of(
        new Contender("Setun " + passes.steps().getLast().kernel(), passes::run),
        new Contender(floats.describe(), floats::run));
  }

  private List<Contender> network() throws OrtException {
    OrtModel int8 = PeerModels.ort("resnet18", "int8", 1);
    OrtModel floats = PeerModels.ort("resnet18", "fp32", 1);
    return List.of(
        own("resnet18", 1, 1),
        new Contender(int8.describe(), int8::run),
        new Contender(floats.describe(), floats::run));
  }

  private List<Contender> threads(int batch) {
    return List.of(own("resnet18", batch, 2), own("resnet18", batch, 1));
  }

  private List<Contender> matrixVector() {
    NetworkGraph graph = Networks.matrixVector(PeerModels.MATRIX_SIZE);
    Agreement.check(graph, VECTOR);
    Passes passes = new Passes(graph, VECTOR, Passes.allButImage());
    OneDnn oneDnn = PeerModels.oneDnn(isa, "matrix-vector");
    return List.of(
        new Contender("Setun " + passes.steps().getLast().kernel(), passes::run),
        new Contender(oneDnn.describe(), oneDnn::run));
  }

  private List<Contender> ownFloats() {
    return List.of(own("resnet18", 1, 1), own("resnet18-fp32", 1, 1));
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
