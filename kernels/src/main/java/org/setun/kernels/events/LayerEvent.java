// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One pass over one image: a layer and those that share its pass. */
@Name("org.setun.Layer")
@Label("Layer")
@Category("Setun")
@Description("A pass of a network over one image")
@Enabled(false)
@StackTrace(false)
public final class LayerEvent extends Event {
  @Label("Network")
  String network;

  @Label("Image")
  @Description("Number of the image in its batch, from 0")
  int image;

  @Label("Name")
  @Description("The value that the pass leaves behind: that of its last layer")
  String name;

  @Label("Layers")
  @Description("The layers that share the pass, in order")
  String layers;

  @Label("Kind")
  @Description("Type of the first layer of the pass")
  String kind;

  @Label("Kernel")
  String kernel;

  @Label("Multiply-adds")
  long macs;
}
