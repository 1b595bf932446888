// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.loader.image.Preprocessing;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;
import org.setun.loader.json.SharedFields;

/** Reads the description of a model and the arrays it refers to. */
final class HeaderDecoder {
  private HeaderDecoder() {}

  /**
   * Reads a model.
   *
   * @throws JsonFormatException if the description is not one, or does not fit the arrays
   * @throws IOException as {@code arrays} does, if an array cannot be read
   * @throws IllegalArgumentException if the layers do not fit each other
   */
  static PackedModel decode(JsonObject root, ArraySource arrays) throws IOException {
    Source source = source(root);
    Optional<Preprocessing> preprocessing =
        root.has("preprocessing")
            ? Optional.of(SharedFields.preprocessing(root))
            : Optional.empty();
    List<Layer> layers = new ArrayList<>();
    for (JsonObject json : root.objects("layers", "layer")) {
      String name = json.string("name");
      JsonObject named = json.at(json.place() + " (" + name + ")");
      layers.add(LayerCodec.read(LayerFieldReader.of(named, arrays, name)));
      named.finish();
    }
    PackedModel model =
        new PackedModel(
            root.string("architecture"),
            root.string("method"),
            source,
            preprocessing,
            root.has("labels") ? root.strings("labels") : List.of(),
            new NetworkGraph(SharedFields.inputShape(root), layers));
    List<LayerZeros> zeros = new ArrayList<>();
    for (JsonObject json : root.objects("zeros", "zeros")) {
      zeros.add(new LayerZeros(json.string("layer"), json.size("zeros"), json.size("weights")));
      json.finish();
    }
    root.finish();
    if (!zeros.equals(model.zeros())) {
      throw root.error("zeros", "does not count the zeros of the layers");
    }
    return model;
  }

  /** The field {@code source}. */
  static Source source(JsonObject root) throws JsonFormatException {
    JsonObject json = root.object("source");
    Source source = new Source(json.string("file"), json.size("bytes"), json.string("sha256"));
    json.finish();
    return source;
  }
}
