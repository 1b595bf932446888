package org.setun.loader.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.setun.loader.Classifier;
import org.setun.loader.Prediction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code setun classify}: PNG and JPEG files. */
@Command(name = "classify", description = "Classifies PNG and JPEG images.")
final class ClassifyCommand implements Callable<Integer> {
  @Mixin private ModelArgument model;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "The images.")
  private List<Path> images;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "1",
      description = "Classes to name per image. Default: ${DEFAULT-VALUE}.")
  private int top;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw new ParameterException(spec.commandLine(), "--top must be at least 1");
    }
    Classifier classifier = model.load().classifier();
    for (Path image : images) {
      for (Prediction prediction : classifier.classify(image, top)) {
        spec.commandLine()
            .getOut()
            .println(
                image + "  " + prediction.label() + "  " + Units.percent(prediction.probability()));
      }
    }
    return 0;
  }
}
