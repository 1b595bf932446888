// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fails when packages of a module depend on each other in a circle: {@code java Packages.java
 * CLASSES [PACKAGE]}. Read from the compiled classes: types, descriptors and signatures. PACKAGE is
 * left out: the public one of a module whose other packages stand both above and below it.
 */
final class Packages {
  private static final Pattern TYPE = Pattern.compile("((?:[a-z][a-z0-9_]*/)+)[A-Z]");

  /** Of each package the others that it mentions. */
  private final Map<String, Set<String>> mentions = new TreeMap<>();

  private Packages(Path classes) throws IOException {
    List<Path> paths;
    try (Stream<Path> files = Files.walk(classes)) {
      paths =
          files
              .filter(file -> file.toString().endsWith(".class"))
              .filter(file -> !file.endsWith("module-info.class"))
              .toList();
    }
    for (Path path : paths) {
      ClassModel model = ClassFile.of().parse(path);
      String name = model.thisClass().asInternalName();
      Set<String> mentioned =
          mentions.computeIfAbsent(
              name.substring(0, name.lastIndexOf('/') + 1), key -> new TreeSet<>());
      for (var entry : model.constantPool()) {
        if (entry instanceof Utf8Entry text) {
          Matcher matcher = TYPE.matcher(text.stringValue());
          while (matcher.find()) {
            mentioned.add(matcher.group(1));
          }
        }
      }
    }
  }

  public static void main(String[] args) throws IOException {
    if (!Files.exists(Path.of(args[0]))) {
      return; // a POM alone
    }
    Packages packages = new Packages(Path.of(args[0]));
    if (args.length > 1 && !args[1].isEmpty()) {
      packages.mentions.remove(args[1].replace('.', '/') + "/");
    }
    if (packages.mentions.isEmpty()) {
      throw new IllegalArgumentException(args[0] + " has no classes");
    }
    Map<String, Set<String>> cycles = packages.cycles();
    if (!cycles.isEmpty()) {
      System.err.println("Packages that depend on each other in a circle, or on such:");
      cycles.forEach(
          (name, others) ->
              System.err.println("  " + dotted(name) + " on " + dotted(String.join(", ", others))));
      System.exit(1);
    }
  }

  private static String dotted(String names) {
    return names.replaceAll("/(?=,|$)", "").replace('/', '.');
  }

  /** What is left when packages that mention no other are taken away until nothing changes. */
  private Map<String, Set<String>> cycles() {
    Map<String, Set<String>> left = new TreeMap<>(mentions);
    left.forEach(
        (name, others) -> {
          others.retainAll(mentions.keySet());
          others.remove(name);
        });
    boolean changed = true;
    while (changed) {
      Set<String> free =
          left.keySet().stream().filter(key -> left.get(key).isEmpty()).collect(Collectors.toSet());
      changed = left.keySet().removeAll(free);
      left.values().forEach(others -> others.removeAll(free));
    }
    return left;
  }
}
