// SPDX-License-Identifier: Apache-2.0
/**
 * ONNX models: what exporters write of a ternary network, recognised and rewritten to the layers
 * that Setun runs.
 */
package org.setun.loader.onnx;
