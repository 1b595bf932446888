// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The description of the API, beside what the server answers. */
@Timeout(180)
final class OpenApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private static TestServer server;
  private static JsonNode api;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(new TestOptions());
    api = JSON.readTree(server.get("/openapi.json").body());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static List<String> pathsToGet() throws Exception {
    if (api == null) {
      start();
    }
    List<String> paths = new ArrayList<>();
    api.get("paths")
        .properties()
        .forEach(
            path -> {
              if (path.getValue().has("get")) {
                paths.add(path.getKey());
              }
            });
    return paths;
  }

  @Test
  void theDescriptionIsServedAsJson() throws Exception {
    HttpResponse<String> answer = server.get("/openapi.json");
    assertEquals("application/json", answer.headers().firstValue("Content-Type").orElseThrow());
    assertEquals("3.1.0", api.get("openapi").asText());
    for (JsonNode reference : api.findValues("$ref")) {
      String pointer = reference.asText().substring(1);
      assertFalse(api.at(pointer).isMissingNode(), reference.asText());
    }
  }

  @ParameterizedTest
  @MethodSource("pathsToGet")
  void whatIsDescribedIsAnswered(String path) throws Exception {
    HttpResponse<String> answer = server.get(real(path));
    check(path, "get", answer);
    assertEquals(200, answer.statusCode());
  }

  @Test
  void classificationsAreAsDescribed() throws Exception {
    String zeros = Arrays.toString(new float[1024]);
    check("/v1/classify", "post", server.classify("{\"input\":" + zeros + "}"));
    check(
        "/v1/classify", "post", server.classify("{\"input\":" + zeros + ",\"shape\":[1,1,32,32]}"));
    check("/v1/classify", "post", server.classify("{"));
    check("/v1/classify", "post", server.classify("text/plain", new byte[1]));
    check("/v1/classify", "post", server.classify("image/png", new byte[9]));
    check("/v1/classify", "post", server.classify("?top=0", "image/png", new byte[9]));
  }

  @Test
  void inferencesAreAsDescribed() throws Exception {
    String data = Arrays.toString(new float[1024]);
    String request =
        "{\"id\":\"a\",\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,1,32,32],\"data\":"
            + data
            + "}],\"outputs\":[{\"name\":\"logits\"}]}";
    validate("#/components/schemas/InferenceRequest", JSON.readTree(request));
    for (String path :
        List.of("/v2/models/{name}/infer", "/v2/models/{name}/versions/{version}/infer")) {
      for (String body : List.of(request, "{}", "")) {
        HttpResponse<String> answer =
            server.send(real(path), r -> r.POST(BodyPublishers.ofString(body)));
        assertEquals(body.equals(request) ? 200 : 400, answer.statusCode());
        check(path, "post", answer);
      }
    }
    HttpResponse<String> unknown = server.get("/v2/models/none");
    assertEquals(404, unknown.statusCode());
    check("/v2/models/{name}", "get", unknown);
  }

  private static String real(String path) {
    return path.replace("{name}", "sttn-fmnist").replace("{version}", "1");
  }

  /** The status, its media type, and what JSON holds. */
  private static void check(String path, String method, HttpResponse<String> answer)
      throws Exception {
    String status = Integer.toString(answer.statusCode());
    JsonNode response = api.get("paths").get(path).get(method).get("responses").get(status);
    assertTrue(response != null, method + " " + path + " has an undescribed " + status);
    if (response.has("$ref")) {
      response = api.at(response.get("$ref").asText().substring(1));
    }
    String type = answer.headers().firstValue("Content-Type").orElse("").split(";")[0];
    JsonNode content = response.get("content").get(type);
    assertTrue(content != null, method + " " + path + " has an undescribed " + type);
    if (type.endsWith("json")) {
      validate(content.get("schema"), JSON.readTree(answer.body()));
    }
  }

  private static void validate(String reference, JsonNode value) {
    validate(JSON.valueToTree(Map.of("$ref", reference)), value);
  }

  private static void validate(JsonNode schema, JsonNode value) {
    ObjectNode whole = schema.deepCopy();
    whole.set("components", api.get("components"));
    assertEquals(List.of(), SCHEMAS.getSchema(whole).validate(value), value::toString);
  }
}
