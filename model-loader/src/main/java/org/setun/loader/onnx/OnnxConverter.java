package org.setun.loader.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.setun.kernels.NetworkGraph;
import org.setun.loader.arch.Architecture;
import org.setun.loader.arch.ArchitectureReader;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.convert.ArchitectureChoice;
import org.setun.loader.convert.ConversionException;
import org.setun.loader.model.PackedModel;
import org.setun.loader.model.Source;

/** Converts an ONNX model. {@code model-loader/ONNX.md} says what is recognised. */
public final class OnnxConverter {
  private static final String ARCHITECTURE = "onnx";

  /** The graph shows that weights are ternary, not how they came to be. */
  private static final String METHOD = "ternary";

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
    NetworkGraph graph = GraphTranslator.translate(onnx);
    Optional<Architecture> described = images.isPresent() ? images : beside(file, graph);
    try {
      return new PackedModel(
          ARCHITECTURE,
          METHOD,
          Source.of(file),
          described.flatMap(Architecture::preprocessing),
          described.map(Architecture::labels).orElse(List.of()),
          graph);
    } catch (IllegalArgumentException e) {
      throw new ConversionException(file, "cannot be converted", List.of(e.getMessage()));
    }
  }

  private static Optional<Architecture> beside(Path file, NetworkGraph graph) throws IOException {
    Path beside = file.resolveSibling(ArchitectureChoice.BESIDE);
    if (!Files.exists(beside)) {
      return Optional.empty();
    }
    Architecture architecture = ArchitectureReader.read(beside);
    boolean fits =
        architecture.inputShape().equals(graph.inputShape())
            && (architecture.labels().isEmpty()
                || architecture.labels().size() == graph.outputShape().size());
    return fits ? Optional.of(architecture) : Optional.empty();
  }
}
