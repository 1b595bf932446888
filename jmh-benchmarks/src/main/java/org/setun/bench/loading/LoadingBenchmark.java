// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.loading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.setun.bench.workload.Agreement;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.RandomParameters;
import org.setun.kernels.Kernels;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedModel;
import org.setun.loader.model.Source;

/**
 * {@link Model#load}: from a file in the system's cache to a network that is ready to run. A packed
 * file is mapped and checked, its weights are laid out for this machine's kernels; a training
 * checkpoint is converted before that.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class LoadingBenchmark {
  /**
   * A random ResNet-18, packed; the bundled network, packed; the same as the checkpoint that
   * training left, from the folder that the system property {@code setun.testdata} names, or {@code
   * testdata}.
   */
  @Param({"resnet18.setun", "fmnist.setun", "fmnist/checkpoint.pth.tar"})
  public String file;

  private Path folder;
  private Path path;

  /** Writes the file and compares the loaded network with the one that was written. */
  @Setup
  public void setUp() throws IOException {
    folder = Files.createTempDirectory("setun-loading");
    Path testdata = Path.of(System.getProperty("setun.testdata", "testdata"));
    Path checkpoint = testdata.resolve("fmnist/checkpoint.pth.tar");
    PackedModel packed =
        file.startsWith("resnet18") ? resNet18() : Model.convert(checkpoint, LoadOptions.DEFAULT);
    if (file.endsWith(".setun")) {
      path = folder.resolve(file);
      ModelWriter.write(packed, path);
    } else {
      path = testdata.resolve(file);
    }
    float[] image = new RandomParameters(1).normal(packed.graph().inputShape().size(), 1);
    Agreement.check(
        file,
        Model.load(path).network().session().run(image),
        "the network itself",
        Model.of(packed, Kernels.scalar()).network().session().run(image),
        1e-3);
    System.out.printf(
        "# %s, %,d bytes, for %s%n", file, Files.size(path), Kernels.best().implementation());
  }

  private static PackedModel resNet18() {
    return new PackedModel(
        "resnet18",
        "sttn",
        new Source("random", 0, "0".repeat(64)),
        Optional.empty(),
        List.of(),
        Networks.resNet18());
  }

  /** Deletes what was written. */
  @TearDown
  public void tearDown() throws IOException {
    if (path.startsWith(folder)) {
      Files.delete(path);
    }
    Files.delete(folder);
  }

  /** Loads it. */
  @Benchmark
  public Model load() throws IOException {
    return Model.load(path);
  }
}
