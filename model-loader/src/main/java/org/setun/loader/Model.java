package org.setun.loader;

import java.io.IOException;
import java.nio.file.Path;
import org.setun.kernels.Kernels;
import org.setun.kernels.Network;
import org.setun.loader.arch.Architecture;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.convert.ArchitectureChoice;
import org.setun.loader.convert.Converter;
import org.setun.loader.model.ModelExport;
import org.setun.loader.model.ModelFile;
import org.setun.loader.model.PackedModel;

/**
 * A network ready to run, with what is known of it. Immutable; threads share it, and each makes its
 * own {@link #classifier} or {@code network().session()}.
 */
public final class Model {
  private final PackedModel packed;
  private final Network network;

  private Model(PackedModel packed, Kernels kernels) {
    this.packed = packed;
    this.network = Network.compile(packed.graph(), kernels);
  }

  /**
   * Reads a packed model or a training checkpoint whose architecture can be found.
   *
   * @param file a {@code .setun} file, an exported model, or a checkpoint of any known format
   * @return the model
   * @throws IOException if it cannot be read; the message says why in one line
   */
  public static Model load(Path file) throws IOException {
    return load(file, LoadOptions.DEFAULT);
  }

  /**
   * Reads a packed model or a training checkpoint.
   *
   * @param file a {@code .setun} file, an exported model, or a checkpoint of any known format
   * @param options how to read a checkpoint
   * @return the model
   * @throws IOException if it cannot be read; the message says why in one line
   */
  public static Model load(Path file, LoadOptions options) throws IOException {
    return of(ModelFile.isModel(file) ? ModelFile.read(file) : convert(file, options));
  }

  /**
   * Makes a model ready to run.
   *
   * @param packed the model
   * @return the same, compiled for this JVM
   */
  public static Model of(PackedModel packed) {
    return of(packed, Kernels.best());
  }

  /**
   * Makes a model ready to run on given kernels.
   *
   * @param packed the model
   * @param kernels what to compute it with
   * @return the same, compiled for these kernels
   */
  public static Model of(PackedModel packed, Kernels kernels) {
    return new Model(packed, kernels);
  }

  /**
   * Converts a training checkpoint, or takes back what {@link ModelExport} wrote.
   *
   * @param file a checkpoint of any known format
   * @param options how to read a training checkpoint; an exported model needs none
   * @return what {@code setun convert} writes to a file
   * @throws IOException if it cannot be read or converted; the message says why in one line
   */
  public static PackedModel convert(Path file, LoadOptions options) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      if (ModelExport.isExport(checkpoint)) {
        return ModelExport.read(checkpoint);
      }
      Architecture architecture =
          options.architecture().isPresent()
              ? ArchitectureChoice.named(options.architecture().get())
              : ArchitectureChoice.detect(checkpoint);
      return Converter.convert(checkpoint, architecture, options.zeros());
    }
  }

  /**
   * What the model is made of.
   *
   * @return graph, preprocessing, labels and source
   */
  public PackedModel packed() {
    return packed;
  }

  /**
   * The compiled network, to run tensors through.
   *
   * @return the network, shared by all classifiers
   */
  public Network network() {
    return network;
  }

  /**
   * Makes what classifies images: one for each thread.
   *
   * @return a classifier that owns its scratch memory
   * @throws IllegalStateException if the model does not say how images become inputs
   */
  public Classifier classifier() {
    return new Classifier(this);
  }
}
