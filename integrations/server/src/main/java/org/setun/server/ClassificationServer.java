// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.setun.kernels.Session;
import org.setun.loader.Model;
import org.setun.loader.image.ImageFile;
import org.setun.server.batch.BatchRunner;
import org.setun.server.batch.Batcher;
import org.setun.server.http.HttpService;
import org.setun.server.http.Metrics;
import org.setun.server.models.Deployment;
import org.setun.server.models.ModelFolder;
import org.setun.server.models.Models;
import org.setun.server.options.ServerOptions;

/**
 * An HTTP server that classifies images and tensors with one model, or with those of a folder;
 * {@code integrations/server/README.md} describes its routes. Thread-safe.
 */
public final class ClassificationServer {
  /** The version of a model that comes from no folder. */
  private static final String ONLY_VERSION = "1";

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Metrics metrics = new Metrics();
  private final Models models = new Models();
  private final Optional<ModelFolder> folder;
  private final HttpService http;
  private volatile boolean started;
  private volatile boolean stopping;

  /**
   * Sets a server of one model up, which is named as its architecture is; {@link #start} starts it.
   *
   * @param model the model
   * @param options address, threads and limits
   * @throws IOException if the certificate or its key cannot be read; the message names the file
   */
  public ClassificationServer(Model model, ServerOptions options) throws IOException {
    this(model, options, () -> warmRunner(model));
  }

  /** As the public constructor, with another way to run batches. */
  ClassificationServer(Model model, ServerOptions options, Supplier<BatchRunner> runners)
      throws IOException {
    this.folder = Optional.empty();
    this.http = http(options);
    String name = model.info().architecture();
    models.deploy(deployment(name, ONLY_VERSION, model, options, runners));
  }

  /**
   * Sets a server of several models up: of each {@code .setun} file of a folder, under the file's
   * name without the suffix. Files that come, change or go are taken up or let go while the server
   * runs, and no request is lost by it; a file that cannot be read is logged, and the version
   * before it stays.
   *
   * @param folder the folder
   * @param options address, limits, and the threads of each model
   * @throws IOException if the certificate or its key cannot be read; the message names the file
   */
  public ClassificationServer(Path folder, ServerOptions options) throws IOException {
    this(folder, options, ClassificationServer::warmRunner, LOOK);
  }

  /** As the public constructor, with another way to run batches. */
  ClassificationServer(
      Path folder,
      ServerOptions options,
      Function<Model, BatchRunner> runners,
      Duration betweenLooks)
      throws IOException {
    this.folder =
        Optional.of(
            new ModelFolder(
                folder,
                models,
                (name, version, model) -> {
                  Deployment deployment =
                      deployment(name, version, model, options, () -> runners.apply(model));
                  deployment.batcher().start();
                  return deployment;
                },
                betweenLooks));
    this.http = http(options);
  }

  private HttpService http(ServerOptions options) throws IOException {
    metrics.queue(models::queued);
    return new HttpService(models, this::isReady, metrics, options);
  }

  private Deployment deployment(
      String name,
      String version,
      Model model,
      ServerOptions options,
      Supplier<BatchRunner> runners) {
    Batcher batcher = new Batcher(name + "@" + version, model, runners, options, metrics);
    return new Deployment(name, version, model, batcher, options);
  }

  /**
   * Begins to listen, and warms up in the background.
   *
   * @throws IOException if the address cannot be listened on, or the folder of models cannot be
   *     read; the message names it
   */
  public void start() throws IOException {
    http.start();
    if (folder.isPresent()) {
      try {
        folder.get().start();
      } catch (IOException e) {
        http.stop();
        throw e;
      }
    } else {
      models.all().forEach(each -> each.batcher().start());
    }
    started = true;
  }

  /** {@return the port that is listened on} */
  public int port() {
    return http.port();
  }

  /** {@return whether there is a model, all have warmed up, and the server is not stopping} */
  public boolean isReady() {
    return started && models.areWarm() && !stopping;
  }

  /** {@return the names of the models that are served now} */
  public List<String> models() {
    return models.all().stream().map(Deployment::name).toList();
  }

  /** Refuses new requests, answers those it has accepted, and stops. */
  public void stop() {
    stopping = true;
    folder.ifPresent(ModelFolder::close);
    models.hurry();
    http.stop();
    models.close();
    metrics.close();
  }

  private static BatchRunner warmRunner(Model model) {
    Session session = model.network().session();
    session.warmUp();
    model.preprocessor().ifPresent(how -> warmUpDecoder());
    return session::run;
  }

  /** Loads what ImageIO needs, which takes a tenth of a second the first time. */
  private static void warmUpDecoder() {
    for (String format : new String[] {"png", "jpeg"}) {
      try {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        // Written to a plain stream, ImageIO makes a temporary file: none can be on a read-only
        // system.
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(image)) {
          ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), format, out);
        }
        ImageFile.read(image.toByteArray(), format);
      } catch (IOException e) {
        throw new IllegalStateException("this JVM cannot decode " + format, e);
      }
    }
  }
}
