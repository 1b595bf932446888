package org.setun.server;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.setun.kernels.Session;
import org.setun.loader.Model;
import org.setun.loader.image.ImageFile;
import org.setun.server.batch.BatchRunner;
import org.setun.server.batch.Batcher;
import org.setun.server.http.HttpService;
import org.setun.server.http.Metrics;

/**
 * An HTTP server that classifies images and tensors with one model; {@code
 * integrations/server/README.md} describes its routes. Thread-safe.
 */
public final class ClassificationServer {
  private final Metrics metrics = new Metrics();
  private final Batcher batcher;
  private final HttpService http;
  private volatile boolean stopping;

  /**
   * Sets a server up; {@link #start} starts it.
   *
   * @param model the model
   * @param options address, threads and limits
   */
  public ClassificationServer(Model model, ServerOptions options) {
    this(model, options, () -> warmRunner(model));
  }

  /** As the public constructor, with another way to run batches. */
  ClassificationServer(Model model, ServerOptions options, Supplier<BatchRunner> runners) {
    this.batcher = new Batcher(model, runners, options, metrics);
    metrics.queue(batcher::queued);
    this.http = new HttpService(model, batcher, this::isReady, metrics, options);
  }

  /**
   * Begins to listen, and warms up in the background.
   *
   * @throws IOException if the address cannot be listened on; the message names it
   */
  public void start() throws IOException {
    http.start();
    batcher.start();
  }

  /** {@return the port that is listened on} */
  public int port() {
    return http.port();
  }

  /** {@return whether the server has warmed up and is not stopping} */
  public boolean isReady() {
    return batcher.isWarm() && !stopping;
  }

  /** Refuses new requests, answers those it has accepted, and stops. */
  public void stop() {
    stopping = true;
    batcher.hurry();
    http.stop();
    batcher.close();
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
        ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), format, image);
        ImageFile.read(image.toByteArray(), format);
      } catch (IOException e) {
        throw new IllegalStateException("this JVM cannot decode " + format, e);
      }
    }
  }
}
