// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.loader.data.IdxFile;

/** The Java example of the README, compiled and run in a JVM of its own. */
class ReadmeExampleTest {
  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));

  @Test
  void compilesAndClassifies(@TempDir Path folder) throws Exception {
    String readme = Files.readString(TESTDATA.resolveSibling("README.md"));
    Matcher example = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
    assertTrue(example.find(), "the README has no Java example");
    assertTrue(example.group(1).lines().count() <= 12, "the example has grown");
    Path source = Files.writeString(folder.resolve("Example.java"), example.group(1));

    IdxFile images = IdxFile.read(TESTDATA.resolve("fashion-mnist/t10k-images-idx3-ubyte.gz"));
    BufferedImage boot = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    boot.getRaster().setDataElements(0, 0, 28, 28, Arrays.copyOf(images.data(), 784));
    Path image = folder.resolve("boot.png");
    ImageIO.write(boot, "png", image.toFile());

    String printed =
        NewJvm.run(
            "--module-path",
            System.getProperty("jdk.module.path"),
            "--add-modules",
            "org.setun.loader",
            source,
            TESTDATA.resolve("fmnist/checkpoint.pth.tar"),
            image);
    assertTrue(
        Pattern.compile("^Ankle boot \\d+\\.\\d %", Pattern.MULTILINE).matcher(printed).find(),
        printed);
  }
}
