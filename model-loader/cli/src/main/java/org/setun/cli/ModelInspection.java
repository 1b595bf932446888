// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.setun.kernels.Layer;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.image.Preprocessing;
import org.setun.loader.model.LayerZeros;
import org.setun.loader.model.ModelExport;
import org.setun.loader.model.ModelFile;
import org.setun.loader.model.PackedModel;
import org.setun.loader.model.Section;
import org.setun.loader.model.Source;

/** Prints what is in a packed or exported model. */
final class ModelInspection {
  private ModelInspection() {}

  /** Prints the model; its sections are read and their checksums compared on the way. */
  static void print(Path path, ModelFile file, PrintWriter out) throws IOException {
    PackedModel model = file.model();
    long bytes = file.sections().getLast().offset() + file.sections().getLast().length();
    out.println("packed model  " + path + ", " + Units.bytes(bytes));
    printDescription(model, out);
    out.println(describeSections(file));
    printLayers(model, out);
  }

  /** The line about the sections of a file that was read without an error. */
  static String describeSections(ModelFile file) {
    return "sections      "
        + file.sections().size()
        + " at multiples of "
        + Section.ALIGNMENT
        + " bytes, all checksums right";
  }

  /** What a model or matrix was made from. */
  static String describe(Source source) {
    return source.file() + ", " + Units.bytes(source.bytes()) + ", SHA-256 " + source.sha256();
  }

  /** Prints an exported model; its tensors are read on the way. */
  static void print(Checkpoint checkpoint, PrintWriter out) throws IOException {
    PackedModel model = ModelExport.read(checkpoint);
    long bytes = Files.size(checkpoint.path());
    out.println("export        " + checkpoint.path() + ", " + Units.bytes(bytes));
    printDescription(model, out);
    out.println("tensors       " + checkpoint.stateDict().size());
    printLayers(model, out);
  }

  /** Prints a model that was converted to be looked at. */
  static void print(PackedModel model, PrintWriter out) {
    printDescription(model, out);
    printLayers(model, out);
  }

  private static void printDescription(PackedModel model, PrintWriter out) {
    out.println("architecture  " + model.architecture() + ", method " + model.method());
    out.println("made from     " + describe(model.source()));
    out.println("input         " + model.graph().inputShape());
    out.println(
        "output        "
            + model.graph().outputShape().size()
            + (model.labels().isEmpty() ? " classes without names" : " named classes"));
    model.preprocessing().ifPresent(p -> out.println("preprocessing " + describe(p)));
  }

  private static void printLayers(PackedModel model, PrintWriter out) {
    Map<String, Double> zeros =
        model.zeros().stream().collect(Collectors.toMap(LayerZeros::layer, LayerZeros::share));
    Table table = new Table("layer", "operation", "output", "parameters>", "zeros>");
    for (Layer layer : model.graph().layers()) {
      table.row(
          layer.name(),
          layer.getClass().getSimpleName(),
          model.graph().shapes().get(layer.name()).toString(),
          Units.bytes(layer.parameterBytes()),
          zeros.containsKey(layer.name()) ? Units.percent(zeros.get(layer.name())) : "");
    }
    table.print(out);
  }

  private static String describe(Preprocessing preprocessing) {
    return (preprocessing.resize().isPresent()
            ? "shorter side to " + preprocessing.resize().getAsInt() + ", "
            : "")
        + "centre, pad "
        + preprocessing.pad()
        + ", mean "
        + preprocessing.mean()
        + ", std "
        + preprocessing.std();
  }
}
