// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.commons.io.file.PathUtils;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code setun demo}: from the bundled training checkpoint to ten thousand classified images. */
@Command(
    name = "demo",
    description =
        "Converts the bundled training checkpoint and classifies Fashion-MNIST's 10,000 "
            + "test images with it.")
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--testdata",
      paramLabel = "FOLDER",
      defaultValue = "${sys:setun.testdata:-testdata}",
      description =
          "Take the project's test data from this folder. By default the launcher says where they"
              + " are.")
  private Path testdata;

  @Mixin private ThreadsOption threads;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path checkpoint = testdata.resolve("fmnist/checkpoint.pth.tar");
    if (!Files.exists(checkpoint)) {
      throw new FileNotFoundException(
          checkpoint + ": no such file; say with --testdata where the project's is");
    }
    out.println("checkpoint  " + checkpoint + ", " + Units.bytes(Files.size(checkpoint)));
    Path folder = Files.createTempDirectory("setun-demo");
    try {
      long start = System.nanoTime();
      PackedModel packed = Model.convert(checkpoint, LoadOptions.DEFAULT);
      Path file = folder.resolve("fmnist.setun");
      ModelWriter.write(packed, file);
      Model model = Model.load(file);
      double seconds = (System.nanoTime() - start) / 1e9;
      out.println(
          "model       "
              + Units.bytes(Files.size(file))
              + Units.format(", converted, written and loaded in %.2f s", seconds));
      new ImageSet(
              testdata.resolve("fashion-mnist/t10k-images-idx3-ubyte.gz"),
              testdata.resolve("fashion-mnist/t10k-labels-idx1-ubyte.gz"))
          .evaluate(model, threads.count(), out);
      return 0;
    } finally {
      PathUtils.deleteDirectory(folder);
    }
  }
}
