// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.loader.NewJvm;

/** Who sends tensors needs neither AWT nor its module. */
class WithoutDesktopTest {
  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));
  private static final String CHECKPOINT = TESTDATA.resolve("fmnist/checkpoint.pth.tar").toString();
  private static final Pattern AWT = Pattern.compile("(javax?|sun)[.](awt|imageio)[.][\\w.]+");

  private static final String PROGRAM =
      """
      import java.nio.file.Path;
      import org.setun.loader.*;

      void main(String[] args) throws Exception {
        Model model = Model.load(Path.of(args[0]));
        float[] input = new float[model.network().inputShape().size()];
        IO.println(model.classifier().classifyTensors(input, 1, 10).getFirst().size() + " classes");
        if (args.length > 1) {
          try {
            model.classifier().classify(Path.of(args[1]), 1);
          } catch (org.setun.loader.image.ImageException e) {
            IO.println(e.getMessage());
          }
        }
      }
      """;

  private static String run(Path folder, List<String> options, Object... arguments)
      throws Exception {
    List<Object> all =
        new ArrayList<>(List.of("--module-path", System.getProperty("jdk.module.path")));
    all.addAll(List.of("--add-modules", "org.setun.loader"));
    all.addAll(options);
    all.add(Files.writeString(folder.resolve("Program.java"), PROGRAM));
    all.addAll(List.of(arguments));
    return NewJvm.run(all.toArray());
  }

  @Test
  void tensorsLoadNoClassOfAwt(@TempDir Path folder) throws Exception {
    String printed = run(folder, List.of("-Xlog:class+load"), CHECKPOINT);
    assertTrue(printed.contains("10 classes"), printed);
    assertTrue(printed.contains("org.setun.loader.Classifier "), "classes are logged");
    assertEquals(List.of(), AWT.matcher(printed).results().map(MatchResult::group).toList());
  }

  @Test
  void tensorsRunWithoutItsModuleAndImagesSayThatTheyNeedIt(@TempDir Path folder) throws Exception {
    Path image = TESTDATA.resolve("images/grey.png");
    String printed =
        run(folder, List.of("--limit-modules", "org.setun.loader,jdk.compiler"), CHECKPOINT, image);
    assertTrue(printed.contains("10 classes"), printed);
    assertTrue(
        printed.contains(
            image
                + ": images are decoded by the module java.desktop, which this application runs"
                + " without; require it, or add --add-modules java.desktop"),
        printed);
  }
}
