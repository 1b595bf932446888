// SPDX-License-Identifier: Apache-2.0
/**
 * The engines that Setun is compared with, ONNX Runtime and oneDNN, on the same shapes in the same
 * JVM. Their models are generated here.
 */
package org.setun.bench.peers;
