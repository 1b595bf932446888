// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Listens for clients, and closes connections on which the head of a request does not arrive in
 * time. Jetty's idle timeout begins anew with every byte.
 */
final class ClientConnector extends ServerConnector {
  /** A stopping server leaves idle connections this long to send what they began to. */
  private static final long SHUTDOWN_IDLE_MILLIS = 200;

  private final Duration timeout;

  ClientConnector(Server server, Duration timeout, ConnectionFactory... protocols) {
    super(server, 1, 1, protocols);
    this.timeout = timeout;
    setIdleTimeout(timeout.toMillis());
    setShutdownIdleTimeout(SHUTDOWN_IDLE_MILLIS);
  }

  @Override
  protected ClientEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    ClientEndPoint client = new ClientEndPoint(channel, selector, key, getScheduler());
    client.setIdleTimeout(getIdleTimeout());
    return client;
  }

  /**
   * Gives a connection its idle timeout, a shorter one while the connector shuts down. A shutdown
   * that begins meanwhile shortens it itself, hence the order.
   */
  void resetIdleTimeout(EndPoint client) {
    client.setIdleTimeout(getIdleTimeout());
    if (isShutdown()) {
      client.setIdleTimeout(getShutdownIdleTimeout());
    }
  }

  /** A shutdown shortens the timeouts of the connections that are open; this one may come later. */
  @Override
  protected void onEndPointOpened(EndPoint client) {
    super.onEndPointOpened(client);
    resetIdleTimeout(client);
  }

  /**
   * Wakes the accepting thread without an interrupt. One that comes when {@code accept} has just
   * got a connection makes the JDK throw, and leave that connection open for ever ({@link
   * java.nio.channels.spi.AbstractInterruptibleChannel#end}); its client would wait for an answer.
   * Closing the channel, which Jetty has done before this, ends {@code accept} too and loses none.
   */
  @Override
  protected void interruptAcceptors() {
    setAccepting(true); // it may wait for the number of connections to fall instead
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    scheduleCheck();
  }

  private void scheduleCheck() {
    long period = Math.clamp(timeout.toMillis() / 4, 1, 1000);
    getScheduler().schedule(this::check, period, TimeUnit.MILLISECONDS);
  }

  private void check() {
    getConnectedEndPoints().stream()
        .map(ClientEndPoint.class::cast)
        .filter(client -> client.isOverdue(timeout.toNanos()))
        .forEach(client -> client.close(new TimeoutException("the request did not arrive")));
    if (isRunning()) {
      scheduleCheck();
    }
  }
}
