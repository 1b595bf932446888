// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What a suite runs, and how long.
 *
 * @param quick whether to see that all works, rather than to learn how fast it is
 * @param parts in the order in which they run
 * @param forks JVMs for each benchmark
 * @param warmUps iterations that are not counted
 * @param iterations iterations that are
 * @param iterationMillis length of each
 */
public record SuitePlan(
    boolean quick,
    List<SuitePart> parts,
    int forks,
    int warmUps,
    int iterations,
    int iterationMillis) {

  private static final List<String> VECTOR = List.of("vector");

  /**
   * The plan for a machine.
   *
   * @param quick two to three minutes, instead of about twenty
   * @param peers whether ONNX Runtime and oneDNN are measured too
   * @param processors of this machine
   */
  public static SuitePlan of(boolean quick, boolean peers, int processors) {
    List<SuitePart> parts = new ArrayList<>();
    parts.add(SuitePart.group("controls"));
    parts.add(SuitePart.group("machine"));
    parts.add(
        SuitePart.of("kernels", "(TernaryGemmBenchmark|kernels\\.ProductBenchmark)", Map.of()));
    List<String> vector = List.of("1x4096x4096");
    parts.add(
        SuitePart.of(
            "products with bytes",
            "Int8ProductBenchmark",
            quick ? Map.of("extents", vector, "activations", List.of("bell")) : Map.of()));
    parts.add(
        SuitePart.of(
            "products with fp32",
            "FloatProductBenchmark",
            quick ? Map.of("extents", vector) : Map.of()));
    parts.add(
        SuitePart.of(
            "convolutions without a network",
            "ConvolutionProductBenchmark",
            quick ? Map.of("shape", List.of("512@7")) : Map.of()));
    parts.add(
        SuitePart.of(
            "nearest rows",
            "NearestRowsBenchmark",
            quick ? Map.of("codes", List.of("10000")) : Map.of()));
    if (!quick) {
      parts.add(SuitePart.of("scalar kernels", "ScalarBaselineBenchmark", Map.of()));
    }
    parts.add(SuitePart.of("layers", "LayerBenchmark", Map.of("implementation", VECTOR)));
    parts.add(
        SuitePart.of(
            "stem, matrix-vector",
            "(StemBenchmark|MatrixVectorBenchmark)",
            Map.of("implementation", VECTOR)));
    parts.add(
        SuitePart.of(
            "sweep of M, N, K",
            "ProductSweepBenchmark",
            quick
                ? Map.of(
                    "point",
                    List.of(
                        "K:64", "K:512", "K:4608", "N:8", "N:64", "N:1024", "M:1", "M:49", "M:784"))
                : Map.of()));
    parts.add(
        SuitePart.of(
            "sweep of channels",
            "ChannelsSweepBenchmark",
            quick ? Map.of("channels", List.of("32", "128", "512")) : Map.of()));
    parts.add(
        SuitePart.of(
            "network",
            "NetworkBenchmark",
            Map.of(
                "implementation",
                VECTOR,
                "network",
                List.of("resnet18"),
                "batch",
                quick ? List.of("1", "4") : List.of("1", "2", "4", "8"),
                "threads",
                threads(processors))));
    if (!quick) {
      parts.add(
          SuitePart.of(
              "network in fp32",
              "NetworkBenchmark",
              Map.of(
                  "implementation", VECTOR,
                  "network", List.of("resnet18-fp32"),
                  "batch", List.of("1"),
                  "threads", List.of("1"))));
    }
    parts.add(SuitePart.group("loading"));
    if (peers && !quick) {
      parts.add(SuitePart.of("oneDNN", "OneDnnBenchmark", Map.of("isa", List.of("VNNI"))));
      parts.add(SuitePart.of("ONNX Runtime", "OrtBenchmark", Map.of("threads", List.of("1"))));
    }
    return quick
        ? new SuitePlan(true, parts, 1, 3, 3, 150)
        : new SuitePlan(false, parts, 2, 5, 5, 500);
  }

  /** 1, 2, 4, … and all processors. */
  static List<String> threads(int processors) {
    List<String> threads = new ArrayList<>();
    for (int count = 1; count < processors; count *= 2) {
      threads.add(String.valueOf(count));
    }
    threads.add(String.valueOf(processors));
    return threads;
  }

  /** JMH's options for a part. */
  ChainedOptionsBuilder options(SuitePart part) {
    TimeValue time = TimeValue.milliseconds(iterationMillis);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(part.include())
            .forks(forks)
            .warmupIterations(warmUps)
            .warmupTime(time)
            .measurementIterations(iterations)
            .measurementTime(time)
            .addProfiler("gc")
            .shouldFailOnError(false);
    part.parameters().forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
    return options;
  }
}
