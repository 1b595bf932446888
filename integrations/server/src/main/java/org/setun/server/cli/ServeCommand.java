// SPDX-License-Identifier: Apache-2.0
package org.setun.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.setun.cli.ModelArgument;
import org.setun.cli.ThreadsOption;
import org.setun.loader.Model;
import org.setun.server.ClassificationServer;
import org.setun.server.options.ServerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code setun serve}: a model as an HTTP service. */
@Command(
    name = "serve",
    description = {
      "Classifies images and tensors over HTTP, until it is told to stop (SIGTERM).",
      "An option that is not given, such as --max-body, is taken from the environment"
          + " (SETUN_MAX_BODY), or else from the file of properties that SETUN_CONFIG names"
          + " (max-body); the model likewise (SETUN_MODEL, model)."
    },
    defaultValueProvider = Configuration.class)
final class ServeCommand implements Callable<Integer> {
  /** Held here: a logger that nobody holds loses its level. */
  private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "This is a .setun file, an exported model, or a checkpoint.")
  private Path model;

  @Mixin private ModelArgument.CheckpointOptions checkpoint;

  @Option(
      names = "--models",
      paramLabel = "FOLDER",
      description =
          "Serve each .setun file of this folder instead of MODEL, under its name without the"
              + " suffix. Files that come, change or go are taken up while the server runs.")
  private Path models;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Listen on this address; 0.0.0.0 means all. The default is ${DEFAULT-VALUE}.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Listen on this port; 0 means any. The default is ${DEFAULT-VALUE}.")
  private int port;

  @Mixin private ThreadsOption threads;

  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "128",
      description = "Let N requests wait and refuse more. The default is ${DEFAULT-VALUE}.")
  private int queue;

  @Option(
      names = "--batch",
      paramLabel = "B",
      defaultValue = "8",
      description = "Let a thread take B requests at once. The default is ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--batch-wait",
      paramLabel = "MS",
      defaultValue = "0",
      description =
          "Let a batch's first request wait MS milliseconds for others. The default is"
              + " ${DEFAULT-VALUE}.")
  private int batchWait;

  @Option(
      names = "--max-body",
      paramLabel = "BYTES",
      defaultValue = "10000000",
      description = "Refuse bodies of more bytes. The default is ${DEFAULT-VALUE}.")
  private int maxBody;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      defaultValue = "25000000",
      description = "Refuse images of more pixels. The default is ${DEFAULT-VALUE}.")
  private int maxPixels;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Keep at most N connections open. The default is ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      defaultValue = "10",
      description =
          "Give a request S seconds to arrive, and as many to be answered. The default is"
              + " ${DEFAULT-VALUE}.")
  private int timeout;

  @Option(
      names = "--token",
      paramLabel = "SECRET",
      description =
          "Require requests to bear Authorization: Bearer SECRET. Other users can see a command"
              + " line, so rather set SETUN_TOKEN, or token in the file. By default there is none.")
  private String token;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "Speak HTTPS with this certificate and those that follow it in the PEM file.")
  private Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Read its private key from this PEM file, in PKCS #8 without a password.")
  private Path key;

  @Option(names = "--log-requests", description = "Print a line of JSON for each request.")
  private boolean logRequests;

  @Option(
      names = "--grace",
      paramLabel = "S",
      defaultValue = "20",
      description =
          "Take at most S seconds to answer what was accepted before a stop. The default is"
              + " ${DEFAULT-VALUE}.")
  private int grace;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerOptions options = options();
    JETTY.setLevel(Level.WARNING);
    ClassificationServer server = server(options);
    server.start();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::stop));
    spec.commandLine()
        .getOut()
        .printf(
            "serving %s on %s://%s:%d (%d threads)%n",
            String.join(", ", server.models()),
            options.tls().isPresent() ? "https" : "http",
            host,
            server.port(),
            options.threads());
    if (spec.defaultValueProvider() instanceof Configuration configuration
        && !configuration.settings().isEmpty()) {
      spec.commandLine()
          .getOut()
          .println("settings " + String.join(", ", configuration.settings()));
    }
    new CountDownLatch(1).await(); // the signal ends the JVM
    return 0;
  }

  private ClassificationServer server(ServerOptions options) throws IOException {
    if ((model == null) == (models == null)) {
      throw new ParameterException(
          spec.commandLine(),
          model == null
              ? "there is nothing to serve: give a MODEL, or a folder with --models"
              : "MODEL and --models exclude each other");
    }
    return models == null
        ? new ClassificationServer(Model.load(model, checkpoint.toLoadOptions()), options)
        : new ClassificationServer(models, options);
  }

  private Optional<ServerOptions.TlsFiles> tls() {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("--tls-cert and --tls-key need each other");
    }
    return certificate == null
        ? Optional.empty()
        : Optional.of(new ServerOptions.TlsFiles(certificate, key));
  }

  private ServerOptions options() {
    try {
      return new ServerOptions(
          host,
          port,
          threads.count(),
          queue,
          batch,
          Duration.ofMillis(batchWait),
          maxBody,
          maxPixels,
          connections,
          Duration.ofSeconds(timeout),
          logRequests ? Optional.of(spec.commandLine().getOut()::println) : Optional.empty(),
          Optional.ofNullable(token),
          tls(),
          Duration.ofSeconds(grace));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }
}
