// SPDX-License-Identifier: Apache-2.0
package org.setun.server.models;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;

/**
 * Serves the {@code .setun} files of a folder, each under its name without the suffix. The folder
 * is looked at again and again, since file systems in clusters notify nobody. A file that is new or
 * has changed is taken up when two looks have found it the same, and served once it has warmed up;
 * one that cannot be read leaves the version before it in place.
 */
public final class ModelFolder implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ModelFolder.class.getName());
  private static final String SUFFIX = ".setun";

  /** What can stand in a URL as it is. */
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

  /** Digits of the file's SHA-256 that name a version. */
  private static final int VERSION_DIGITS = 16;

  /** Makes what serves a model. */
  @FunctionalInterface
  public interface Deployer {
    /**
     * Makes a deployment, and starts to warm it up.
     *
     * @param name its name
     * @param version its version
     * @param model the model
     * @return the deployment
     */
    Deployment deploy(String name, String version, Model model);
  }

  /** What tells that a file has changed. */
  private record Stamp(FileTime modified, long size, Object key) {}

  private final Path folder;
  private final Models models;
  private final Deployer deployer;
  private final Thread watcher;

  /** Files as the look before found them. */
  private final Map<String, Stamp> seen = new HashMap<>();

  /** Files as they were when they were taken up, or were refused. */
  private final Map<String, Stamp> taken = new HashMap<>();

  /**
   * Prepares to serve a folder.
   *
   * @param folder the folder
   * @param models where its models are served
   * @param deployer makes what serves a model
   * @param period between two looks
   */
  public ModelFolder(Path folder, Models models, Deployer deployer, Duration period) {
    this.folder = folder;
    this.models = models;
    this.deployer = deployer;
    this.watcher = Thread.ofPlatform().daemon().name("setun-models").unstarted(() -> watch(period));
  }

  /**
   * Takes up what is in the folder, and looks after it from then on. Models need not have warmed up
   * when this returns.
   *
   * @throws IOException if there is no such folder, or it cannot be read
   */
  public void start() throws IOException {
    try {
      look(true);
    } catch (NotDirectoryException | NoSuchFileException e) {
      throw new IOException(folder + ": no such folder of models", e);
    } catch (IOException e) {
      throw new IOException(folder + ": cannot be listed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    watcher.start();
  }

  /** Looks no more. */
  @Override
  public void close() {
    watcher.interrupt();
  }

  private void watch(Duration period) {
    try {
      while (true) {
        Thread.sleep(period);
        try {
          look(false);
        } catch (IOException e) {
          LOG.log(Level.WARNING, folder + ": cannot be listed, all models stay: " + e);
        }
      }
    } catch (InterruptedException e) {
      // The server stops.
    }
  }

  private void look(boolean first) throws IOException, InterruptedException {
    Map<String, Path> files = new TreeMap<>();
    try (DirectoryStream<Path> listing = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : listing) {
        String name = file.getFileName().toString();
        files.put(name.substring(0, name.length() - SUFFIX.length()), file);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    for (String gone : Map.copyOf(taken).keySet()) {
      if (!files.containsKey(gone)) {
        taken.remove(gone);
        if (models.get(gone) != null) {
          models.remove(gone);
          LOG.log(Level.INFO, "model " + gone + " is served no longer: its file is gone");
        }
      }
    }
    seen.keySet().retainAll(files.keySet());
    for (Map.Entry<String, Path> file : files.entrySet()) {
      look(file.getKey(), file.getValue(), first);
    }
  }

  private void look(String name, Path file, boolean first) throws InterruptedException {
    Stamp now;
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      now = new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (IOException e) {
      return; // it has gone since, or comes again
    }
    boolean settled = first || now.equals(seen.put(name, now));
    if (settled && !now.equals(taken.get(name))) {
      taken.put(name, now);
      try {
        take(name, file, first);
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        LOG.log(
            Level.WARNING,
            "model "
                + name
                + ": "
                + e.getMessage()
                + (models.get(name) == null ? "; it is not served" : "; the old version stays"));
      }
    }
  }

  private void take(String name, Path file, boolean first)
      throws IOException, InterruptedException {
    if (!name.matches(NAME)) {
      throw new IOException("a model's name must match " + NAME);
    }
    byte[] bytes = Files.readAllBytes(file);
    String version = version(bytes);
    Deployment old = models.get(name);
    if (old != null && old.version().equals(version)) {
      return;
    }
    Model model = Model.load(file.toString(), MemorySegment.ofArray(bytes), LoadOptions.DEFAULT);
    Deployment deployment = deployer.deploy(name, version, model);
    if (!first && !deployment.batcher().awaitWarm()) {
      deployment.retire();
      throw new IOException("it does not run");
    }
    models.deploy(deployment);
    LOG.log(Level.INFO, "model " + name + ": version " + version + " is served");
  }

  private static String version(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(hash).substring(0, VERSION_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
