// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.net.BindException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.setun.kernels.Network;
import org.setun.kernels.Shape;
import org.setun.server.models.Deployment;
import org.setun.server.models.Models;
import org.setun.server.options.ServerOptions;

/** The HTTP side of the server. */
public final class HttpService {
  /** Threads that accept and select; requests are served on virtual threads. */
  private static final int JETTY_THREADS = 8;

  private final Server server;
  private final ClientConnector connector;

  /**
   * Sets the service up; {@link #start} makes it listen.
   *
   * @param models what is served
   * @param ready tells whether the server is ready
   * @param metrics counts and measures
   * @param options address and limits
   * @throws IOException if the certificate or its key cannot be read; the message names the file
   */
  public HttpService(Models models, BooleanSupplier ready, Metrics metrics, ServerOptions options)
      throws IOException {
    QueuedThreadPool threads = new QueuedThreadPool(JETTY_THREADS);
    threads.setName("setun-http");
    threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    this.server = new Server(threads);
    this.connector = new ClientConnector(server, options.timeout(), protocols(options.tls()));
    connector.setHost(options.host());
    connector.setPort(options.port());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(options.connections(), connector));
    server.setErrorHandler(new ProblemHandler());
    server.setStopTimeout(options.grace().toMillis());
    server.setHandler(new GracefulHandler(routes(models, ready, metrics, options)));
  }

  /**
   * Begins to listen.
   *
   * @throws IOException if the address cannot be listened on
   */
  public void start() throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      throw e.getCause() instanceof BindException bind ? new IOException(cannotListen(bind), e) : e;
    } catch (Exception e) {
      throw new IOException("the server cannot start: " + e.getMessage(), e);
    }
  }

  private String cannotListen(BindException e) {
    String message = String.valueOf(e.getMessage());
    return "cannot listen on port "
        + connector.getPort()
        + " of "
        + connector.getHost()
        + ": "
        + (message.contains("in use")
            ? "it is in use; choose another with --port, 0 takes any that is free"
            : message);
  }

  /** {@return the port that is listened on} */
  public int port() {
    return connector.getLocalPort();
  }

  /** Refuses new requests, and stops when those accepted have been answered. */
  public void stop() {
    try {
      server.stop();
    } catch (Exception e) {
      System.getLogger(HttpService.class.getName())
          .log(System.Logger.Level.WARNING, "not every request has been answered", e);
    }
  }

  /** HTTP, beneath TLS where that is wanted. */
  private static ConnectionFactory[] protocols(Optional<ServerOptions.TlsFiles> tls)
      throws IOException {
    HttpConnectionFactory http = http();
    return tls.isEmpty()
        ? new ConnectionFactory[] {http}
        : new ConnectionFactory[] {
          new SslConnectionFactory(PemFiles.read(tls.get()), http.getProtocol()), http
        };
  }

  private static HttpConnectionFactory http() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setRequestHeaderSize(8192);
    // Else a token or an identifier that a connection has sent before stands for all that differ
    // from it in case only.
    configuration.setHeaderCacheCaseSensitive(true);
    return new HttpConnectionFactory(configuration);
  }

  /** All that is answered. */
  static Routes routes(
      Models models, BooleanSupplier ready, Metrics metrics, ServerOptions options) {
    BodyReader bodies = new BodyReader(options.maxBody(), options.timeout());
    Routes routes =
        new Routes(metrics, bodies, options.log().map(RequestLog::new), options.token());
    Intake intake = new Intake(bodies, options);
    routes.post("/v1/classify", new ClassifyRoute(models, intake)::answer);
    new InferenceRoutes(models, intake, ready).addTo(routes);
    routes.get(
        "/v1/model",
        request -> {
          try (Deployment used = ClassifyRoute.used(models, request)) {
            return Optional.of(Answer.json(200, json -> describe(used, json)));
          }
        });
    routes.get("/v1/models", request -> Optional.of(list(models)));
    routes.open("/health", request -> Optional.of(status(200, "up")));
    routes.open(
        "/ready",
        request ->
            Optional.of(ready.getAsBoolean() ? status(200, "ready") : status(503, "not ready")));
    routes.get("/metrics", request -> Optional.of(metrics.scrape()));
    page(routes, "/openapi.json", "api/openapi.json", "application/json");
    page(routes, "/", "page/page.html", "text/html");
    page(routes, "/page.css", "page/page.css", "text/css");
    page(routes, "/page.js", "page/page.js", "text/javascript");
    return routes;
  }

  private static void page(Routes routes, String path, String name, String type) {
    Answer answer = Page.load(name, type);
    routes.open(path, request -> Optional.of(answer));
  }

  private static Answer status(int code, String status) {
    return Answer.json(code, json -> json.writeStringField("status", status));
  }

  private static Answer list(Models models) {
    return Answer.json(
        200,
        json -> {
          json.writeArrayFieldStart("models");
          for (Deployment each : models.all()) {
            json.writeStartObject();
            describe(each, json);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static void describe(Deployment deployment, JsonGenerator json) throws IOException {
    Network network = deployment.model().network();
    Shape input = network.inputShape();
    json.writeStringField("name", deployment.name());
    json.writeStringField("version", deployment.version());
    json.writeStringField("architecture", deployment.model().info().architecture());
    json.writeFieldName("input");
    int[] shape = {input.channels(), input.height(), input.width()};
    json.writeArray(shape, 0, shape.length);
    json.writeNumberField("classes", network.outputShape().size());
    json.writeBooleanField("images", deployment.images().isPresent());
  }
}
