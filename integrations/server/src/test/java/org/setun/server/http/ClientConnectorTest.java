// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that come while a server stops. */
@Timeout(180)
final class ClientConnectorTest {
  /** Held here: a logger that nobody holds loses its level. */
  private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

  /** With an interrupt of the accepting thread every third of them lost a connection. */
  private static final int STOPS = 30;

  private static final byte[] REQUEST =
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @BeforeAll
  static void quieten() {
    JETTY.setLevel(Level.WARNING);
  }

  @Test
  void everyConnectionIsAnsweredOrClosed() throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < STOPS; i++) {
        Server server = server();
        ClientConnector connector = (ClientConnector) server.getConnectors()[0];
        server.start();
        int port = connector.getLocalPort();
        CountDownLatch first = new CountDownLatch(1);
        Future<List<Socket>> asked = clients.submit(() -> ask(port, first));
        first.await();
        server.stop();
        for (Socket socket : asked.get()) {
          assertEnds(socket);
        }
      }
    }
  }

  @Test
  void oneThatIsOpenedOrReadDuringTheStopHasItsShortIdleTimeout() throws Exception {
    Server server = server();
    ClientConnector connector = (ClientConnector) server.getConnectors()[0];
    server.start();
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort());
    try {
      while (connector.getConnectedEndPoints().isEmpty()) {
        Thread.sleep(1);
      }
      EndPoint client = connector.getConnectedEndPoints().iterator().next();
      connector.resetIdleTimeout(client);
      assertEquals(connector.getIdleTimeout(), client.getIdleTimeout());
      connector.shutdown();
      connector.resetIdleTimeout(client);
      assertEquals(connector.getShutdownIdleTimeout(), client.getIdleTimeout());
      client.setIdleTimeout(connector.getIdleTimeout());
      connector.onEndPointOpened(client);
      assertEquals(connector.getShutdownIdleTimeout(), client.getIdleTimeout());
    } finally {
      socket.close();
      server.stop();
    }
  }

  private static Server server() {
    Server server = new Server();
    ClientConnector connector =
        new ClientConnector(server, Duration.ofSeconds(20), new HttpConnectionFactory());
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setStopTimeout(20_000);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            callback.succeeded();
            return true;
          }
        });
    return server;
  }

  /** Connects and asks until nobody listens; returns all connections. */
  private static List<Socket> ask(int port, CountDownLatch first) {
    List<Socket> sockets = new ArrayList<>();
    try {
      while (true) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        first.countDown();
        socket.getOutputStream().write(REQUEST);
      }
    } catch (IOException e) {
      return sockets;
    }
  }

  private static void assertEnds(Socket socket) throws IOException {
    try (socket) {
      socket.setSoTimeout(20_000);
      socket.getInputStream().readAllBytes();
    } catch (SocketTimeoutException e) {
      fail("the server has stopped, and a client still waits");
    } catch (SocketException e) {
      // The connection has been closed before its request was read.
    }
  }
}
