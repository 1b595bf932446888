// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.setun.bench.compare.ComparisonResult;
import org.setun.bench.compare.Failure;
import org.setun.bench.suite.LayerTimes;
import org.setun.bench.suite.MachineInfo;
import org.setun.bench.suite.Suite;

/**
 * What {@code bench-suite} left in a folder.
 *
 * @param machine where and when
 * @param scores JMH's results
 * @param layers the layers of ResNet-18
 * @param comparisons with peers; none if they were not measured
 * @param failures what could not be measured
 */
record Results(
    MachineInfo machine,
    List<Score> scores,
    List<LayerTimes> layers,
    List<ComparisonResult> comparisons,
    List<Failure> failures) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a folder.
   *
   * @throws IOException if a file is missing or is not what it should be; the message names it
   */
  static Results read(Path folder) throws IOException {
    return new Results(
        value(folder.resolve(Suite.MACHINE), new TypeReference<MachineInfo>() {}),
        scores(folder.resolve(Suite.JMH)),
        value(folder.resolve(Suite.LAYERS), new TypeReference<List<LayerTimes>>() {}),
        optional(folder.resolve(Suite.COMPARISON), new TypeReference<List<ComparisonResult>>() {}),
        optional(folder.resolve(Suite.FAILURES), new TypeReference<List<Failure>>() {}));
  }

  private static <T> List<T> optional(Path file, TypeReference<List<T>> type) throws IOException {
    return Files.exists(file) ? value(file, type) : List.of();
  }

  private static List<Score> scores(Path file) throws IOException {
    List<Score> scores = new ArrayList<>();
    for (JsonNode each : value(file, new TypeReference<List<JsonNode>>() {})) {
      try {
        scores.add(Score.of(each));
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ": " + e.getMessage(), e);
      }
    }
    return scores;
  }

  private static <T> T value(Path file, TypeReference<T> type) throws IOException {
    try {
      T value = JSON.readValue(Files.readAllBytes(file), type);
      if (value == null) {
        throw new IOException(file + ": holds nothing");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": " + e.getOriginalMessage(), e);
    }
  }

  /** The results of one benchmark in the order in which they were measured. */
  List<Score> of(String benchmark) {
    return scores.stream().filter(score -> score.benchmark().equals(benchmark)).toList();
  }
}
