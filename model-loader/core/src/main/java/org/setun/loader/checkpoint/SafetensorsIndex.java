// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonReader;

/**
 * A safetensors checkpoint in several files: {@code NAME.safetensors.index.json} holds {@code
 * weight_map}, which says for each tensor which file of the same folder has it.
 */
final class SafetensorsIndex {
  private final MappedFile file;

  /** File name by tensor name; null before {@code weight_map} was read. */
  private SequencedMap<String, String> weightMap;

  private final SequencedMap<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsIndex(MappedFile file) {
    this.file = file;
  }

  /** Whether the file is short enough and begins as JSON does. */
  static boolean mayBe(MappedFile file) {
    return file.size() <= Safetensors.MOST_HEADER_BYTES
        && file.bytes().get(ValueLayout.JAVA_BYTE, 0) == '{';
  }

  static Checkpoint.Contents read(MappedFile file) throws CheckpointException {
    return new SafetensorsIndex(file).read();
  }

  private Checkpoint.Contents read() throws CheckpointException {
    Safetensors.readJson(file, file.bytes(), this::readFields);
    if (weightMap == null) {
      throw file.error(Kind.NOT_A_CHECKPOINT, "JSON, but without the weight_map of safetensors");
    }
    Map<String, Checkpoint.Contents> shards = new HashMap<>();
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    SequencedMap<String, String> unreadable = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : weightMap.entrySet()) {
      String shard = entry.getValue();
      if (!shards.containsKey(shard)) {
        shards.put(shard, openShard(shard));
      }
      Tensor tensor = shards.get(shard).tensors().get(entry.getKey());
      String reason = shards.get(shard).unreadable().get(entry.getKey());
      if (reason != null) {
        unreadable.put(entry.getKey(), reason);
        continue;
      }
      if (tensor == null) {
        throw file.error(
            Kind.MALFORMED,
            entry.getKey(),
            "not in " + CheckpointException.quote(shard) + ", where the index puts it");
      }
      tensors.put(entry.getKey(), tensor);
    }
    return Checkpoint.Contents.flat("safetensors", tensors, unreadable, metadata);
  }

  private Void readFields(JsonReader json) throws JsonFormatException {
    json.requireObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "weight_map" -> {
          json.requireObject();
          weightMap = new LinkedHashMap<>();
          for (String name = json.nextField(); name != null; name = json.nextField()) {
            weightMap.put(name, json.string());
          }
        }
        case "metadata" -> {
          json.requireObject();
          for (String key = json.nextField(); key != null; key = json.nextField()) {
            String value = json.plainText();
            if (value != null) {
              metadata.put(key, value);
            }
          }
        }
        default -> json.plainText();
      }
    }
    return null;
  }

  private Checkpoint.Contents openShard(String name) throws CheckpointException {
    // An index must not make its reader open files elsewhere.
    if (!name.matches("[\\w. -]+") || name.startsWith(".")) {
      throw file.error(
          Kind.MALFORMED, "names the file " + CheckpointException.quote(name) + ": refused");
    }
    MappedFile shard = file.sibling(name);
    if (!SafetensorsReader.mayBe(shard)) {
      throw shard.error(Kind.NOT_A_CHECKPOINT, "not a safetensors file");
    }
    return SafetensorsReader.read(shard);
  }
}
