// SPDX-License-Identifier: Apache-2.0
package org.example.setun;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the model.
 *
 * @param model a .setun file, a checkpoint or an ONNX model
 * @param sessions how many requests are computed at once; 0: as many as there are processors
 * @param timeout how long a request waits for a session
 */
@ConfigurationProperties("setun")
public record SetunProperties(
    Path model, @DefaultValue("0") int sessions, @DefaultValue("1s") Duration timeout) {}
