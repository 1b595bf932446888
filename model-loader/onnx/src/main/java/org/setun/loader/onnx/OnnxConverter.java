// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.loader.arch.Architecture;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.convert.ArchitectureChoice;
import org.setun.loader.convert.ConversionException;
import org.setun.loader.method.Method;
import org.setun.loader.model.PackedModel;
import org.setun.loader.model.Source;

/** Converts an ONNX model. {@code model-loader/ONNX.md} says what is recognised. */
public final class OnnxConverter {
  private static final String ARCHITECTURE = "onnx";

  private OnnxConverter() {}

  /**
   * Recognises the network in an ONNX file.
   *
   * @param file the file
   * @param images as for {@link #convert(OnnxFile, Optional)}
   * @return the model
   * @throws IOException if the file cannot be read or converted
   */
  public static PackedModel convert(Path file, Optional<Architecture> images) throws IOException {
    return convert(OnnxFile.open(file), images);
  }

  /**
   * Recognises the network in an ONNX model.
   *
   * @param onnx the model
   * @param images an architecture whose preprocessing and labels are taken, and nothing else;
   *     empty: those of {@value ArchitectureChoice#BESIDE} beside the file, where it fits, or none
   * @return the model
   * @throws ConversionException if nodes cannot be run; it names all of them
   * @throws CheckpointException if the file is damaged
   * @throws IOException if the file, or the description beside it, cannot be read
   */
  public static PackedModel convert(OnnxFile onnx, Optional<Architecture> images)
      throws IOException {
    Path file = onnx.path();
    GraphTranslator.Translated translated = GraphTranslator.translate(onnx);
    NetworkGraph graph = translated.graph();
    boolean looksBeside = images.isEmpty() && onnx.memory().isEmpty();
    Optional<Architecture> described = looksBeside ? beside(file, graph) : images;
    try {
      return new PackedModel(
          ARCHITECTURE,
          method(graph),
          onnx.memory().isPresent()
              ? onnx.memory().get()
              : Source.of(file, translated.externalFiles()),
          described.flatMap(Architecture::preprocessing),
          described.map(Architecture::labels).orElse(List.of()),
          graph);
    } catch (IllegalArgumentException e) {
      throw new ConversionException(file, "cannot be converted", List.of(e.getMessage()));
    }
  }

  /**
   * What the weights show, and that is not how they came to be: two scales are TTQ's, and any
   * method makes one.
   */
  private static String method(NetworkGraph graph) {
    Set<Method> methods = EnumSet.noneOf(Method.class);
    for (Layer layer : graph.layers()) {
      switch (layer) {
        case Layer.TernaryConvolution _ -> methods.add(Method.TERNARY);
        case Layer.AsymmetricTernaryConvolution _ -> methods.add(Method.TTQ);
        case Layer.TernaryWeightConvolution l ->
            methods.add(Arrays.equals(l.plusScale(), l.minusScale()) ? Method.TERNARY : Method.TTQ);
        default -> {}
      }
    }
    return methods.isEmpty()
        ? "none"
        : methods.stream().map(Method::label).collect(Collectors.joining(", "));
  }

  private static Optional<Architecture> beside(Path file, NetworkGraph graph) throws IOException {
    return ArchitectureChoice.beside(file)
        .filter(
            architecture ->
                architecture.inputShape().equals(graph.inputShape())
                    && (architecture.labels().isEmpty()
                        || architecture.labels().size() == graph.outputShape().size()));
  }
}
