// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call of {@code Session.run}. */
@Name("org.setun.Run")
@Label("Run")
@Category("Setun")
@Description("A batch that a session ran")
@Enabled(false)
@StackTrace(false)
public final class RunEvent extends Event {
  @Label("Network")
  String network;

  @Label("Batch")
  @Description("Images of the run")
  int batch;

  @Label("Threads")
  @Description("Threads of the session, the calling one included")
  int threads;

  @Label("Implementation")
  String implementation;
}
