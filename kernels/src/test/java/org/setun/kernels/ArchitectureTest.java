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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.setun.kernels.op.KernelSets;

/** Which packages may know which, read from the compiled classes. */
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
        .filter(
            model ->
                StreamSupport.stream(model.constantPool().spliterator(), false)
                    .anyMatch(
                        entry ->
                            entry instanceof Utf8Entry text && text.stringValue().contains(name)))
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
    for (String caller : List.of("plan/", "select/")) {
      Set<String> mentions = packagesThatMention(BASE + caller);
      mentions.retainAll(kernels);
      assertEquals(Set.of(), mentions, "kernels that know " + caller);
    }
    assertFalse(packagesThatMention(BASE + "vector/").contains(BASE + "scalar/"));
    assertFalse(packagesThatMention(BASE + "scalar/").contains(BASE + "vector/"));
    assertFalse(packagesThatMention(BASE + "vector/").contains(BASE + "plan/"));
  }

  /** A kernel that is in no table is neither tested nor benchmarked. */
  @Test
  void everyKernelIsInItsTable() throws Exception {
    Set<String> listed =
        KernelSets.all().stream()
            .flatMap(
                set ->
                    Stream.concat(
                        set.gemms().stream(),
                        Stream.of(
                            set.im2col(),
                            set.epilogue(),
                            set.ternarizer(),
                            set.convolution(),
                            set.pooling(),
                            set.deinterleave(),
                            set.linear())))
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
