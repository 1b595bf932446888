// SPDX-License-Identifier: Apache-2.0
package org.example.setun;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import org.setun.kernels.Session;
import org.setun.kernels.SessionPool;
import org.setun.loader.Model;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Where {@code setun.model} is set: the model, a warm pool of sessions, its health and metrics. */
@AutoConfiguration
@ConditionalOnProperty("setun.model")
@EnableConfigurationProperties(SetunProperties.class)
public class SetunAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  Model setunModel(SetunProperties properties) throws IOException {
    return Model.load(properties.model());
  }

  /** The first request finds compiled kernels: the application is not ready before. */
  @Bean
  @ConditionalOnMissingBean
  SessionPool setunPool(Model model, SetunProperties properties) throws InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    SessionPool pool =
        model.network().pool(properties.sessions() > 0 ? properties.sessions() : processors);
    pool.run(Session::warmUp);
    return pool;
  }

  @Bean
  MeterBinder setunMetrics(SessionPool pool) {
    return registry -> {
      Gauge.builder("setun.sessions.free", pool, SessionPool::available).register(registry);
      Gauge.builder("setun.sessions.waiting", pool, SessionPool::waiting).register(registry);
    };
  }

  /** Up, with what the model runs on. */
  @Bean
  HealthIndicator setunHealthIndicator(Model model, SessionPool pool) {
    return () ->
        Health.up()
            .withDetail("kernels", model.network().kernels().implementation())
            .withDetail("sessions", pool.size())
            .withDetail("waiting", pool.waiting())
            .build();
  }
}
