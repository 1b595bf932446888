// SPDX-License-Identifier: Apache-2.0
package org.setun.djl;

import ai.djl.BaseModel;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;

/**
 * A model that Setun reads: a packed one, a training checkpoint or an ONNX model. All predictors
 * share its parameters, and by turns its sessions: as many as there are processors, or as the
 * option {@value #SESSIONS} says.
 *
 * @since 0.1
 */
public final class SetunModel extends BaseModel {
  /** Name of the option that says how many predictions may run at the same time. */
  public static final String SESSIONS = "sessions";

  private static final String EXTENSION = ".setun";

  private Model model;

  SetunModel(String name, NDManager manager) {
    super(name);
    this.manager = manager;
    this.dataType = DataType.FLOAT32;
  }

  /**
   * The model as Setun itself has it.
   *
   * @return the model
   * @throws IllegalStateException if none has been loaded
   */
  public Model setunModel() {
    if (model == null) {
      throw new IllegalStateException("the model " + getName() + " has not been loaded");
    }
    return model;
  }

  /**
   * Loads a file, or of a folder the packed model of the name {@code prefix}, of this model's name,
   * or the only one there is.
   */
  @Override
  public void load(Path path, String prefix, Map<String, ?> options) throws IOException {
    Path absolute = path.toAbsolutePath();
    boolean folder = Files.isDirectory(absolute);
    modelDir = folder ? absolute : absolute.getParent();
    use(Model.load(folder ? find(absolute, prefix) : absolute), options);
  }

  /**
   * Loads a packed model, a checkpoint or an ONNX model from a stream, which it reads to the end.
   */
  @Override
  public void load(InputStream in, Map<String, ?> options) throws IOException {
    modelDir = Path.of("").toAbsolutePath();
    use(Model.load(getName(), in, LoadOptions.DEFAULT), options);
  }

  private void use(Model loaded, Map<String, ?> options) {
    Object given = options == null ? null : options.get(SESSIONS);
    int sessions = given == null ? Runtime.getRuntime().availableProcessors() : sessions(given);
    model = loaded;
    block = new SetunBlock(loaded.network(), sessions);
    wasLoaded = true;
  }

  private static int sessions(Object given) {
    try {
      int sessions = Integer.parseInt(given.toString());
      if (sessions > 0) {
        return sessions;
      }
    } catch (NumberFormatException e) {
      // Refused below, as what is not positive.
    }
    throw new IllegalArgumentException(
        "option " + SESSIONS + "=" + given + ": expected a number from 1 on");
  }

  private Path find(Path folder, String prefix) throws IOException {
    for (String name : prefix == null ? List.of(getName()) : List.of(prefix, getName())) {
      Path file = folder.resolve(name.endsWith(EXTENSION) ? name : name + EXTENSION);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> models = files.filter(file -> file.toString().endsWith(EXTENSION)).toList();
      if (models.size() == 1) {
        return models.getFirst();
      }
      throw new FileNotFoundException(
          "%s has %d files of the name *%s and none of them is %s: name one with optModelName"
              .formatted(folder, models.size(), EXTENSION, getName()));
    }
  }
}
