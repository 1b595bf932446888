// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.setun.loader.Model;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code setun eval}: accuracy on an IDX data set. */
@Command(
    name = "eval",
    description = "Prints a model's accuracy on an IDX data set, which gzip may have compressed.")
final class EvalCommand implements Callable<Integer> {
  @Mixin private ModelArgument model;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "IDX",
      description = "Read the images from this file.")
  private Path images;

  @Option(
      names = "--labels",
      required = true,
      paramLabel = "IDX",
      description = "Read the class of each image from this file.")
  private Path labels;

  @Mixin private ThreadsOption threads;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Model loaded = model.load();
    new ImageSet(images, labels).evaluate(loaded, threads.count(), spec.commandLine().getOut());
    return 0;
  }
}
