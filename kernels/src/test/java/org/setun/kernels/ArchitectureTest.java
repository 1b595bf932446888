// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.setun.kernels.op.KernelSets;

/**
 * Which packages may know which, read from the compiled classes. That none know each other in a
 * circle is checked for every module by {@code .ci/Packages.java}.
 */
class ArchitectureTest {
  private static final String BASE = "org/setun/kernels/";

  private static List<ClassModel> classes() throws IOException, URISyntaxException {
    Path root = Path.of(Kernels.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root.resolve(BASE))) {
      List<Path> paths = files.filter(file -> file.toString().endsWith(".class")).toList();
      assertTrue(paths.size() > 50, "classes of the module: " + paths);
      List<ClassModel> classes = new ArrayList<>();
      for (Path path : paths) {
        classes.add(ClassFile.of().parse(path));
      }
      return classes;
    }
  }

  private static String packageOf(ClassModel model) {
    String name = model.thisClass().asInternalName();
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  /** Packages of the classes in whose constants a name occurs: types, descriptors, signatures. */
  private static Set<String> packagesThatMention(String name) throws Exception {
    return classes().stream()
        .filter(model -> mentions(model, name))
        .map(ArchitectureTest::packageOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void onlyOnePackageKnowsTheVectorApi() throws Exception {
    assertEquals(Set.of(BASE + "vector/"), packagesThatMention("jdk/incubator/vector/"));
  }

  @Test
  void kernelsKnowNeitherTheLoopsThatCallThemNorEachOther() throws Exception {
    Set<String> kernels = Set.of(BASE + "op/", BASE + "scalar/", BASE + "vector/");
    for (String caller : List.of("plan/", "select/", "pass/", "family/")) {
      Set<String> mentions = packagesThatMention(BASE + caller);
      mentions.retainAll(kernels);
      assertEquals(Set.of(), mentions, "kernels that know " + caller);
    }
    assertFalse(packagesThatMention(BASE + "vector/").contains(BASE + "scalar/"));
    assertFalse(packagesThatMention(BASE + "scalar/").contains(BASE + "vector/"));
    assertFalse(packagesThatMention(BASE + "vector/").contains(BASE + "plan/"));
  }

  /**
   * Other packages of the module that each package mentions; the public one, which names what a
   * network is and runs it, stands above and below all of them and is left out.
   */
  private static Map<String, Set<String>> mentions() throws Exception {
    Map<String, Set<String>> mentions = new TreeMap<>();
    Pattern name = Pattern.compile(BASE + "((?:[a-z]+/)+)[A-Z]");
    for (ClassModel model : classes()) {
      Set<String> mentioned = mentions.computeIfAbsent(packageOf(model), key -> new TreeSet<>());
      for (var entry : model.constantPool()) {
        if (entry instanceof Utf8Entry text) {
          Matcher matcher = name.matcher(text.stringValue());
          while (matcher.find()) {
            mentioned.add(BASE + matcher.group(1));
          }
        }
      }
    }
    mentions.remove(BASE);
    mentions.forEach((key, value) -> value.remove(key));
    return mentions;
  }

  @Test
  void familiesKnowNeitherThePlanNorEachOtherAndOnlyTheirListKnowsThem() throws Exception {
    Map<String, Set<String>> mentions = mentions();
    assertTrue(mentions.containsKey(BASE + "family/tile/"), mentions.keySet().toString());
    assertTrue(mentions.get(BASE + "plan/").contains(BASE + "family/"), "mentions are found");
    mentions.forEach(
        (key, mentioned) -> {
          boolean isFamily = key.startsWith(BASE + "family/") && !key.equals(BASE + "family/");
          if (isFamily) {
            assertFalse(mentioned.contains(BASE + "plan/"), key);
          }
          if (!key.equals(BASE + "select/")) {
            for (String other : mentioned) {
              assertFalse(
                  other.startsWith(BASE + "family/") && !other.equals(BASE + "family/"),
                  key + " mentions " + other);
            }
          }
        });
    List<String> lists =
        classes().stream()
            .filter(model -> !packageOf(model).startsWith(BASE + "family/"))
            .filter(model -> mentions(model, BASE + "family/tile/"))
            .map(model -> model.thisClass().asInternalName())
            .toList();
    assertEquals(List.of(BASE + "select/Families"), lists);
  }

  private static boolean mentions(ClassModel model, String name) {
    return StreamSupport.stream(model.constantPool().spliterator(), false)
        .anyMatch(entry -> entry instanceof Utf8Entry text && text.stringValue().contains(name));
  }

  /** A kernel that is in no table is neither tested nor benchmarked. */
  @Test
  void everyKernelIsInItsTable() throws Exception {
    Set<String> listed =
        Stream.concat(KernelSets.all().stream(), KernelSets.substitutes())
            .flatMap(
                set ->
                    Stream.concat(
                        set.gemms().stream(),
                        Stream.of(
                            set.im2col(),
                            set.epilogue(),
                            set.ternarizer(),
                            set.convolution(),
                            set.winograd(),
                            set.pooling(),
                            set.deinterleave(),
                            set.linear(),
                            set.transposition(),
                            set.digits(),
                            set.hamming(),
                            set.signedSum(),
                            set.bitSliced().sum(),
                            set.bitSliced().expansion(),
                            set.bitSliced().counts(),
                            set.bitSliced().lists(),
                            set.bitSliced().epilogue(),
                            set.bitSliced().ternarizer(),
                            set.bitSliced().pooling())))
            .map(kernel -> kernel.getClass().getName().replace('.', '/'))
            .collect(Collectors.toCollection(TreeSet::new));
    List<String> packages =
        TestRun.hasVectors() ? List.of("scalar/", "vector/") : List.of("scalar/");
    Set<String> written =
        classes().stream()
            .filter(model -> packages.contains(packageOf(model).substring(BASE.length())))
            .filter(model -> !model.flags().has(AccessFlag.ABSTRACT))
            .filter(
                model ->
                    model.interfaces().stream()
                        .anyMatch(type -> type.asInternalName().startsWith(BASE + "op/")))
            .map(model -> model.thisClass().asInternalName())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(written, listed);
  }
}
