// SPDX-License-Identifier: Apache-2.0
/**
 * The kinds of layers of an architecture. Each is one class: its fields in a description, its shape
 * rule, the parameters that it reads, the layers of a network that it becomes, and its plain
 * reference. A new kind is a class and a line in {@link org.setun.loader.layer.LayerKinds}.
 */
package org.setun.loader.layer;
