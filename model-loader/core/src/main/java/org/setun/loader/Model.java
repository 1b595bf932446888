// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.setun.kernels.Kernels;
import org.setun.kernels.Layer;
import org.setun.kernels.Network;
import org.setun.loader.arch.Architecture;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.convert.ArchitectureChoice;
import org.setun.loader.convert.Converter;
import org.setun.loader.format.OnnxReaders;
import org.setun.loader.image.ImagePreprocessor;
import org.setun.loader.io.OneLine;
import org.setun.loader.io.OnnxHead;
import org.setun.loader.io.Streams;
import org.setun.loader.model.ModelExport;
import org.setun.loader.model.ModelFile;
import org.setun.loader.model.PackedModel;

/**
 * A network ready to run, with what is known of it. Immutable; threads share it, and each makes its
 * own {@link #classifier} or {@code network().session()}.
 *
 * <p>All of it lies on the heap: nothing has to be closed. The file is mapped while it is read and
 * no longer. Weights are kept once, as the kernels want them; what a {@link PackedModel} holds is
 * let go.
 *
 * @since 0.1
 */
public final class Model {
  private final ModelInfo info;
  private final Network network;
  private final Optional<ImagePreprocessor> preprocessor;

  /** Whether the outputs are probabilities already: the network ends with a softmax. */
  private final boolean endsWithSoftmax;

  private Model(PackedModel packed, Kernels kernels) {
    this.info = ModelInfo.of(packed);
    this.network = Network.compile(packed.graph(), kernels, packed.architecture());
    this.endsWithSoftmax =
        packed.graph().layers().getLast() instanceof Layer.Softmax(_, _, boolean logarithm)
            && !logarithm;
    this.preprocessor =
        info.preprocessing().map(how -> new ImagePreprocessor(how, network.inputShape()));
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
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(options, "options");
    return of(read(file, options));
  }

  /**
   * Reads a packed model or a training checkpoint without making it ready to run: for its layers
   * and weights.
   *
   * @param file a {@code .setun} file, an exported model, or a checkpoint of any known format
   * @param options how to read a checkpoint
   * @return what the model is made of, independent of the file
   * @throws IOException if it cannot be read; the message says why in one line
   */
  public static PackedModel read(Path file, LoadOptions options) throws IOException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(options, "options");
    return ModelFile.isModel(file) ? ModelFile.read(file) : convert(file, options);
  }

  /**
   * Reads a model that lies in memory: of any kind that {@link #load(Path)} reads, as long as it
   * names no other files.
   *
   * @param name what messages and {@link ModelInfo#source()} call it
   * @param bytes the whole model, which is not needed any more once this returns; {@link
   *     MemorySegment#ofArray(byte[])} makes one of an array
   * @param options how to read a checkpoint
   * @return the model
   * @throws IOException if it cannot be read; the message says why in one line
   */
  public static Model load(String name, MemorySegment bytes, LoadOptions options)
      throws IOException {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(options, "options");
    return of(read(name, bytes, options));
  }

  /**
   * Reads a model from a stream to its end, for example a resource of the class path: {@code
   * load("net.setun", App.class.getResourceAsStream("net.setun"), LoadOptions.DEFAULT)}. While it
   * is read all of it is held on the heap, of which it may take the half.
   *
   * @param name what messages and {@link ModelInfo#source()} call it
   * @param in the stream, which is not closed
   * @param options how to read a checkpoint
   * @return the model
   * @throws IOException if it cannot be read; the message says why in one line
   */
  public static Model load(String name, InputStream in, LoadOptions options) throws IOException {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(in, "in");
    byte[] bytes;
    try {
      bytes = Streams.readAll(in);
    } catch (IOException e) {
      throw new IOException(OneLine.of(name + ": cannot be read: " + e.getMessage()), e);
    }
    return load(name, MemorySegment.ofArray(bytes), options);
  }

  /**
   * Reads a model that lies in memory without making it ready to run.
   *
   * @param name what messages and {@link PackedModel#source()} call it
   * @param bytes the whole model, as {@link #load(String, MemorySegment, LoadOptions)} takes it
   * @param options how to read a checkpoint
   * @return what the model is made of, independent of the bytes
   * @throws IOException if it cannot be read; the message says why in one line
   */
  public static PackedModel read(String name, MemorySegment bytes, LoadOptions options)
      throws IOException {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(options, "options");
    if (ModelFile.isModel(bytes)) {
      return ModelFile.read(name, bytes);
    }
    if (OnnxHead.isOnnx(bytes)) {
      return OnnxReaders.find(Path.of(name)).read(name, bytes, named(options));
    }
    try (Checkpoint checkpoint = Checkpoint.open(name, bytes, options.state())) {
      return convert(checkpoint, options);
    }
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
    Objects.requireNonNull(packed, "packed");
    Objects.requireNonNull(kernels, "kernels");
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
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(options, "options");
    if (OnnxHead.isOnnx(file)) {
      return OnnxReaders.find(file).read(file, named(options));
    }
    try (Checkpoint checkpoint = Checkpoint.open(file, options.state())) {
      return convert(checkpoint, options);
    }
  }

  /**
   * Converts an open checkpoint: one that is in memory, in a stream, or in a resource of the class
   * path, as {@link Checkpoint} opens them.
   *
   * @param checkpoint the checkpoint, which stays open; its state dict was chosen when it was
   *     opened
   * @param options how to read it
   * @return the same as {@link #convert(Path, LoadOptions)} makes of a file
   * @throws IOException if it cannot be read or converted; the message says why in one line
   */
  public static PackedModel convert(Checkpoint checkpoint, LoadOptions options) throws IOException {
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(options, "options");
    if (ModelExport.isExport(checkpoint)) {
      return ModelExport.read(checkpoint);
    }
    Optional<Architecture> named = named(options);
    Architecture architecture =
        named.isPresent() ? named.get() : ArchitectureChoice.detect(checkpoint);
    return Converter.convert(checkpoint, architecture, options.methods());
  }

  private static Optional<Architecture> named(LoadOptions options) throws IOException {
    return options.architecture().isPresent()
        ? Optional.of(ArchitectureChoice.named(options.architecture().get()))
        : Optional.empty();
  }

  /**
   * What is known of the model.
   *
   * @return architecture, source, preprocessing and labels
   */
  public ModelInfo info() {
    return info;
  }

  /**
   * What turns images into inputs, for those who run the network themselves; threads share it.
   *
   * @return the preprocessor; empty if the model does not say how images become inputs
   */
  public Optional<ImagePreprocessor> preprocessor() {
    return preprocessor;
  }

  /**
   * The same, for those who have images to read.
   *
   * @return the preprocessor
   * @throws IllegalStateException if the model does not say how images become inputs
   */
  public ImagePreprocessor requirePreprocessor() {
    return preprocessor.orElseThrow(
        () ->
            new IllegalStateException(
                "the model "
                    + info.architecture()
                    + " does not say how images become inputs; it reads tensors"));
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
   */
  public Classifier classifier() {
    return new Classifier(this);
  }

  /**
   * Names the largest logits of one output of the network. Their softmax is the probability, unless
   * the network ends with one: its outputs are probabilities as they are.
   *
   * @param logits the outputs of a run
   * @param from index of the output's first value
   * @param top how many classes to name; no more than there are
   * @return the likeliest classes, the best first; of equal ones the lower number, and NaN before
   *     all numbers
   * @throws IllegalArgumentException if {@code top} is below 1
   * @throws IndexOutOfBoundsException if the array ends before the output does
   */
  public List<Prediction> top(float[] logits, int from, int top) {
    Objects.requireNonNull(logits, "logits");
    if (top < 1) {
      throw new IllegalArgumentException("the best " + top + " classes");
    }
    int count = network.outputShape().size();
    return Ranking.top(info, endsWithSoftmax, logits, from, count, top);
  }

  /** Architecture and network, for messages. */
  @Override
  public String toString() {
    return "Model of " + network;
  }
}
