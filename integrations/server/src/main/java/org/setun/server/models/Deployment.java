// SPDX-License-Identifier: Apache-2.0
package org.setun.server.models;

import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.setun.loader.Model;
import org.setun.server.batch.Batcher;
import org.setun.server.input.ImageDecoder;
import org.setun.server.input.InferenceReader;
import org.setun.server.input.TensorReader;
import org.setun.server.options.ServerOptions;

/**
 * A version of a model that is served, and the threads that run it. A request uses it from {@link
 * Models#require} to {@link #close}; once it has been replaced and its last use has ended, its
 * threads end.
 */
public final class Deployment implements AutoCloseable {
  private final String name;
  private final String version;
  private final Model model;
  private final Batcher batcher;
  private final Optional<String> sha256;
  private final Optional<ImageDecoder> images;
  private final TensorReader tensors;
  private final InferenceReader inferences;

  /** Requests that use it, and 1 while it is not retired. */
  private final AtomicInteger uses = new AtomicInteger(1);

  /**
   * Prepares it; its batcher has still to be started.
   *
   * @param name what requests call the model
   * @param version what they call this version of it
   * @param model the model
   * @param batcher runs it
   * @param options limits of images
   */
  public Deployment(
      String name, String version, Model model, Batcher batcher, ServerOptions options) {
    this.name = name;
    this.version = version;
    this.model = model;
    this.batcher = batcher;
    this.sha256 = sha256(model);
    this.images = model.preprocessor().map(how -> new ImageDecoder(how, options.maxPixels()));
    this.tensors = new TensorReader(model.network().inputShape());
    this.inferences = new InferenceReader(model.network().inputShape());
  }

  private static Optional<String> sha256(Model model) {
    try {
      return Optional.of(model.info().source().sha256());
    } catch (UncheckedIOException e) {
      // The checkpoint has been replaced since it was read: the hash of the new one would be wrong.
      return Optional.empty();
    }
  }

  /** {@return what requests call the model} */
  public String name() {
    return name;
  }

  /** {@return what requests call this version of it} */
  public String version() {
    return version;
  }

  /** {@return the model} */
  public Model model() {
    return model;
  }

  /** {@return what runs it} */
  public Batcher batcher() {
    return batcher;
  }

  /** {@return SHA-256 of the checkpoint that the model was made from, if it is known} */
  public Optional<String> sha256() {
    return sha256;
  }

  /** {@return what decodes its images; empty if it reads tensors only} */
  public Optional<ImageDecoder> images() {
    return images;
  }

  /** {@return what reads its tensors} */
  public TensorReader tensors() {
    return tensors;
  }

  /** {@return what reads requests of the Open Inference Protocol} */
  public InferenceReader inferences() {
    return inferences;
  }

  /** Begins a use; false if it is retired and its last use has ended. */
  boolean use() {
    return uses.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /** No request will find it any more. */
  void retire() {
    close();
  }

  /** Ends a use. */
  @Override
  public void close() {
    if (uses.decrementAndGet() == 0) {
      batcher.shutDown();
    }
  }
}
