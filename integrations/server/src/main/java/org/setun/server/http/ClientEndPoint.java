// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A client's connection that knows two things more than Jetty's: how long the head of a request has
 * been arriving, and, while a request is being served, whether the client has hung up.
 */
final class ClientEndPoint extends SocketChannelEndPoint {
  /** A byte of the next request that was read to see whether the client is there. */
  private final ByteBuffer ahead = ByteBuffer.allocate(1).flip();

  private boolean serving;
  private boolean arriving = true;
  private long arrivingSince = System.nanoTime();

  ClientEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
    super(channel, selector, key, scheduler);
  }

  /** The connection that a request came on. */
  static ClientEndPoint of(Request request) {
    EndPoint client = request.getConnectionMetaData().getConnection().getEndPoint();
    // Beneath TLS; what is read ahead there is still encrypted.
    return (ClientEndPoint)
        (client instanceof SslConnection.SslEndPoint tls
            ? tls.getSslConnection().getEndPoint()
            : client);
  }

  /** A request has arrived as far as its body, or has been answered. */
  synchronized void serving(boolean now) {
    serving = now;
    arriving = false;
  }

  /** Whether the head of a request has been arriving for longer than allowed. */
  synchronized boolean isOverdue(long nanos) {
    return arriving && System.nanoTime() - arrivingSince > nanos;
  }

  /**
   * Whether the client has hung up. To be asked only while a request is served whose body has been
   * read, when nobody else reads.
   */
  synchronized boolean isGone() {
    if (!isOpen() || isInputShutdown()) {
      return true;
    }
    if (ahead.hasRemaining()) {
      return false;
    }
    ahead.clear();
    try {
      return getChannel().read(ahead) < 0;
    } catch (IOException e) {
      return true;
    } finally {
      ahead.flip();
    }
  }

  @Override
  public synchronized int fill(ByteBuffer buffer) throws IOException {
    int count = ahead.hasRemaining() ? BufferUtil.append(buffer, ahead) : super.fill(buffer);
    if (count > 0 && !serving && !arriving) {
      arriving = true;
      arrivingSince = System.nanoTime();
    }
    return count;
  }

  @Override
  protected void needsFillInterest() {
    boolean ready;
    synchronized (this) {
      ready = ahead.hasRemaining();
    }
    if (ready) {
      getFillInterest().fillable();
    } else {
      super.needsFillInterest();
    }
  }
}
