// SPDX-License-Identifier: Apache-2.0
package org.example.setun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.setun.loader.Model;
import org.setun.loader.Prediction;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ApplicationTest {
  private static final Path IMAGE = Path.of(System.getProperty("setun.image"));

  @LocalServerPort private int port;
  @Autowired private Model model;

  private final HttpClient client = HttpClient.newHttpClient();

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void classifiesAsTheLibraryDoes() throws Exception {
    Prediction expected = model.classifier().classify(IMAGE, 1).getFirst();
    HttpResponse<String> answer =
        send(
            request("/classify?top=1")
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofFile(IMAGE)));
    assertEquals(200, answer.statusCode());
    assertTrue(answer.body().contains('"' + expected.label() + '"'), answer.body());

    String metrics = send(request("/actuator/metrics/setun.runs")).body();
    assertTrue(metrics.contains("\"COUNT\",\"value\":1.0"), metrics);
    String health = send(request("/actuator/health")).body();
    assertTrue(health.contains("\"setun\":{") && health.contains("vector"), health);
  }

  @Test
  void whatIsNoImageIsRefused() throws Exception {
    HttpResponse<String> answer =
        send(
            request("/classify")
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofString("no image")));
    assertEquals(422, answer.statusCode());
  }
}
