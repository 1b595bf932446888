// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.setun.loader.Classifier;
import org.setun.loader.Prediction;
import org.setun.loader.image.ImageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code setun classify}: PNG and JPEG files. */
@Command(
    name = "classify",
    header = "Classifies PNG and JPEG images.",
    description =
        "An image that cannot be read is reported, and the next one is tried; the exit code is"
            + " then 1.")
final class ClassifyCommand implements Callable<Integer> {
  private static final JsonFactory JSON = new JsonFactory();

  /** Stands for standard input. */
  private static final Path STANDARD_INPUT = Path.of("-");

  @Mixin private ModelArgument model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description =
          "Classify this image, the PNG and JPEG files of this folder, or with - the image on"
              + " standard input.")
  private List<Path> images;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "1",
      description = "Name the K likeliest classes of each image. The default is ${DEFAULT-VALUE}.")
  private int top;

  @Option(names = "--json", description = "Print one JSON object per line, one for each image.")
  private boolean json;

  @Spec private CommandSpec spec;

  private Classifier classifier;
  private int failed;

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw new ParameterException(spec.commandLine(), "--top must be at least 1");
    }
    classifier = model.load().classifier();
    for (Path image : images) {
      if (Files.isDirectory(image)) {
        classifyFolder(image);
      } else {
        classify(image);
      }
    }
    return failed == 0 ? 0 : Failures.FAILED;
  }

  private void classifyFolder(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(folder)) {
      files = tree.filter(ClassifyCommand::isNamedAsImage).sorted().toList();
    }
    if (files.isEmpty()) {
      fail(folder, new FileSystemException(folder.toString(), null, "has no PNG or JPEG file"));
    }
    for (Path file : files) {
      classify(file);
    }
  }

  private static boolean isNamedAsImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file)
        && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"));
  }

  private void classify(Path image) throws IOException {
    try {
      List<Prediction> predictions =
          image.equals(STANDARD_INPUT)
              ? classifier.classify(System.in, top)
              : classifier.classify(image, top);
      show(image, predictions);
    } catch (ImageException e) {
      fail(image, e);
    }
  }

  private void show(Path image, List<Prediction> predictions) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      for (Prediction p : predictions) {
        out.println(image + "  " + p.label() + "  " + Units.percent(p.probability()));
      }
      return;
    }
    StringWriter line = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(line)) {
      generator.writeStartObject();
      generator.writeStringField("image", image.toString());
      generator.writeArrayFieldStart("classes");
      for (Prediction p : predictions) {
        generator.writeStartObject();
        generator.writeNumberField("index", p.index());
        generator.writeStringField("label", p.label());
        // JSON has no NaN.
        if (Double.isFinite(p.probability())) {
          generator.writeNumberField("probability", p.probability());
        } else {
          generator.writeNullField("probability");
        }
        generator.writeEndObject();
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    out.println(line);
  }

  /** Says what is wrong on standard error, and with {@code --json} in the image's object too. */
  private void fail(Path image, Exception e) throws IOException {
    failed++;
    String message = Failures.line(e);
    spec.commandLine().getErr().println("setun: " + message);
    if (json) {
      StringWriter line = new StringWriter();
      try (JsonGenerator generator = JSON.createGenerator(line)) {
        generator.writeStartObject();
        generator.writeStringField("image", image.toString());
        generator.writeStringField("error", message);
        generator.writeEndObject();
      }
      spec.commandLine().getOut().println(line);
    }
  }
}
