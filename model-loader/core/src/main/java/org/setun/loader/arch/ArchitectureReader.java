// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.arch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.loader.image.Preprocessing;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;
import org.setun.loader.json.SharedFields;
import org.setun.loader.layer.LayerFields;
import org.setun.loader.layer.LayerKinds;
import org.setun.loader.layer.LayerSpec;

/**
 * Reads an {@link Architecture} from JSON. The format is described, with an example, in {@code
 * model-loader/ARCHITECTURE.md}. Unknown fields and wrong types are errors.
 *
 * @since 0.1
 */
public final class ArchitectureReader {
  /** Longest description that is read; a person writes a few kilobytes. */
  private static final int LARGEST_FILE = 4 << 20;

  private ArchitectureReader() {}

  /**
   * Reads a file.
   *
   * @param file the description
   * @return the architecture
   * @throws ArchitectureException if the file cannot be read or is not a description; the message
   *     names the layer and the field
   */
  public static Architecture read(Path file) throws ArchitectureException {
    Objects.requireNonNull(file, "file");
    // What is no regular file has no size: only what is read of it is bounded.
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(LARGEST_FILE + 1);
      if (content.length > LARGEST_FILE) {
        throw new ArchitectureException(
            file.toString(), "larger than " + LARGEST_FILE + " bytes, not an architecture");
      }
      return parse(file.toString(), content);
    } catch (ArchitectureException e) {
      throw e;
    } catch (IOException e) {
      throw new ArchitectureException(file.toString(), "cannot be read", e);
    }
  }

  /**
   * Reads a description from memory.
   *
   * @param source where it is from, for messages
   * @param utf8 the JSON document
   * @return the architecture
   * @throws ArchitectureException if it is not a description
   */
  public static Architecture parse(String source, byte[] utf8) throws ArchitectureException {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(utf8, "utf8");
    try {
      JsonObject root = JsonObject.parse(utf8);
      String name = root.string("name");
      Shape input = SharedFields.inputShape(root);
      Optional<Preprocessing> preprocessing =
          root.has("preprocessing")
              ? Optional.of(SharedFields.preprocessing(root))
              : Optional.empty();
      List<String> labels = root.has("labels") ? root.strings("labels") : List.of();
      List<LayerSpec> layers = root.has("layers") ? layers(root, input) : List.of();
      root.finish();
      return new Architecture(name, input, preprocessing, labels, layers);
    } catch (JsonFormatException | IllegalArgumentException e) {
      throw new ArchitectureException(source, e.getMessage(), e);
    }
  }

  private static List<LayerSpec> layers(JsonObject root, Shape input) throws JsonFormatException {
    List<LayerSpec> layers = new ArrayList<>();
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, String> outputs = new LinkedHashMap<>();
    String previous = NetworkGraph.INPUT;
    shapes.put(previous, input);
    outputs.put(previous, previous);
    for (JsonObject object : root.objects("layers", "layer")) {
      String name = object.string("name");
      JsonObject layer = object.at(object.place() + " (" + name + ")");
      if (outputs.containsKey(name)) {
        throw layer.error("name", "is taken");
      }
      LayerFields fields = new LayerFields(layer, name, previous, outputs, shapes);
      List<LayerSpec> specs = LayerKinds.read(fields);
      layer.finish();
      for (LayerSpec spec : specs) {
        Architecture.addShape(spec, shapes);
        outputs.put(spec.name(), spec.name());
      }
      layers.addAll(specs);
      previous = specs.getLast().name();
      outputs.put(name, previous);
    }
    return layers;
  }
}
