// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.setun.server.input.Refusal;

/** Finds what answers a request, and sends the answer. */
final class Routes extends Handler.Abstract {
  private static final String BEARER = "Bearer ";
  private static final Logger LOG = System.getLogger(Routes.class.getName());

  /** Answers the requests of one path. */
  @FunctionalInterface
  interface Route {
    /**
     * Answers.
     *
     * @return the answer; empty if the client is gone
     */
    Optional<Answer> answer(Request request) throws Refusal, IOException;
  }

  private record Entry(HttpMethod method, Route route, boolean open) {}

  private static final String PARAMETER = Routes.class.getName() + ".";

  private final Map<String, Entry> entries = new TreeMap<>();
  private final Metrics metrics;
  private final BodyReader bodies;
  private final Optional<RequestLog> log;
  private final Optional<byte[]> authorization;

  /**
   * For a server.
   *
   * @param metrics counts and measures
   * @param bodies drains the bodies of refused requests
   * @param log where each request leaves a line
   * @param token what a request must bear, but for the paths that are open
   */
  Routes(Metrics metrics, BodyReader bodies, Optional<RequestLog> log, Optional<String> token) {
    this.metrics = metrics;
    this.bodies = bodies;
    this.log = log;
    this.authorization = token.map(secret -> (BEARER + secret).getBytes(StandardCharsets.UTF_8));
  }

  /** What stands in a request's path where its route's has {@code {name}}. */
  static String parameter(Request request, String name) {
    return (String) request.getAttribute(PARAMETER + name);
  }

  /** Adds a path that is asked for with GET or HEAD, by anybody. */
  void open(String path, Route route) {
    entries.put(path, new Entry(HttpMethod.GET, route, true));
  }

  /** Adds a path that is asked for with GET or HEAD; a part in braces stands for any. */
  void get(String path, Route route) {
    entries.put(path, new Entry(HttpMethod.GET, route, false));
  }

  /** Adds a path that is posted to. */
  void post(String path, Route route) {
    entries.put(path, new Entry(HttpMethod.POST, route, false));
  }

  /** The paths that are answered; a part in braces stands for any. */
  Set<String> paths() {
    return Set.copyOf(entries.keySet());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    long start = System.nanoTime();
    ClientEndPoint client = ClientEndPoint.of(request);
    client.serving(true);
    Request.addCompletionListener(request, failure -> client.serving(false));
    // Waiting in the queue is not idleness.
    request.addIdleTimeoutListener(timeout -> false);
    String path = String.valueOf(request.getHttpURI().getCanonicalPath());
    String id = RequestLog.id(request);
    String template = template(path, request);
    Optional<Answer> answer = answer(path, template, request);
    log.ifPresent(
        each -> each.write(request, id, answer.map(Answer::status), System.nanoTime() - start));
    if (answer.isEmpty()) {
      metrics.gone();
      EofException gone = new EofException("the client has hung up");
      client.close(gone); // first, lest Jetty write it an error
      callback.failed(gone);
      return true;
    }
    metrics.answered(
        entries.containsKey(template) ? template : "other",
        answer.get().status(),
        Duration.ofNanos(System.nanoTime() - start));
    response.getHeaders().put(RequestLog.ID, id);
    answer.get().send(response, callback);
    return true;
  }

  /** The answer to a request, whatever becomes of it; empty if the client is gone. */
  private Optional<Answer> answer(String path, String template, Request request) {
    try {
      return find(template, request).answer(request);
    } catch (Refusal e) {
      // The client gets to reading the answer, and its connection is kept. A body that came too
      // slowly is not waited for again.
      if (e.status() != HttpStatus.REQUEST_TIMEOUT_408) {
        bodies.discard(request);
      }
      return Optional.of(refusal(path, e));
    } catch (IOException e) {
      Refusal brokenOff = new Refusal(400, "the body is broken off").with("Connection", "close");
      return Optional.of(refused(path, e.getCause()).orElse(refusal(path, brokenOff)));
    } catch (RuntimeException | OutOfMemoryError e) {
      Optional<Answer> answer = refused(path, e);
      if (answer.isEmpty()) {
        LOG.log(Level.WARNING, "a request failed", e);
        answer = Optional.of(refusal(path, new Refusal(500, "the server failed")));
      }
      return answer;
    }
  }

  /** The answer to a request in which Jetty found a fault on the way. */
  private static Optional<Answer> refused(String path, Throwable cause) {
    return cause instanceof HttpException fault && fault.getCode() < 500
        ? Optional.of(
            refusal(path, new Refusal(fault.getCode(), String.valueOf(fault.getReason()))))
        : Optional.empty();
  }

  /** Each protocol has a form of its own for what is refused. */
  private static Answer refusal(String path, Refusal refusal) {
    return path.equals(InferenceRoutes.ROOT) || path.startsWith(InferenceRoutes.ROOT + "/")
        ? InferenceRoutes.error(refusal)
        : Answer.problem(refusal);
  }

  /** Compares in a time that does not tell how much of a guess was right. */
  private void requireToken(Request request) throws Refusal {
    String given = String.valueOf(request.getHeaders().get(HttpHeader.AUTHORIZATION));
    if (authorization.isPresent()
        && !MessageDigest.isEqual(authorization.get(), given.getBytes(StandardCharsets.UTF_8))) {
      throw new Refusal(401, "the request bears no token, or another than this server's")
          .with("WWW-Authenticate", "Bearer");
    }
  }

  /** The path of the route that a request is for, as it was added; its own if there is none. */
  private String template(String path, Request request) {
    if (entries.containsKey(path)) {
      return path;
    }
    String[] parts = path.split("/", -1);
    for (String template : entries.keySet()) {
      if (template.indexOf('{') >= 0 && matches(template.split("/", -1), parts)) {
        String[] names = template.split("/", -1);
        for (int i = 0; i < names.length; i++) {
          if (names[i].startsWith("{")) {
            String name = names[i].substring(1, names[i].length() - 1);
            request.setAttribute(PARAMETER + name, parts[i]);
          }
        }
        return template;
      }
    }
    return path;
  }

  private static boolean matches(String[] template, String[] path) {
    if (template.length != path.length) {
      return false;
    }
    for (int i = 0; i < path.length; i++) {
      if (!template[i].startsWith("{") && !template[i].equals(path[i])) {
        return false;
      }
    }
    return true;
  }

  private Route find(String template, Request request) throws Refusal {
    Entry entry = entries.get(template);
    if (entry == null || !entry.open) {
      requireToken(request);
    }
    if (entry == null) {
      throw new Refusal(404, "there is nothing here");
    }
    boolean get = entry.method == HttpMethod.GET;
    if (!entry.method.is(request.getMethod())
        && !(get && HttpMethod.HEAD.is(request.getMethod()))) {
      throw new Refusal(405, "the method is not allowed here")
          .with("Allow", get ? "GET, HEAD" : entry.method.asString());
    }
    return entry.route;
  }
}
