// SPDX-License-Identifier: Apache-2.0
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares what a module offers, all that is public or protected in its exported packages, with the
 * listing that is checked in: {@code java Api.java check|write CLASSES PATH LISTING}. PATH is a
 * class path with what the module requires. Of what is no module, all packages count.
 */
final class Api {
  private static final int VISIBLE = Modifier.PUBLIC | Modifier.PROTECTED;

  /** What the compiler gives every record. */
  private static final Set<String> OF_ANY_RECORD = Set.of("equals", "hashCode", "toString");

  private final Path classes;
  private final ClassLoader loader;
  private final List<String> lines = new ArrayList<>();

  private Api(Path classes, String path) throws IOException {
    this.classes = classes;
    List<URL> urls = new ArrayList<>(List.of(classes.toUri().toURL()));
    for (String entry : path.split(File.pathSeparator)) {
      urls.addAll(urls(entry));
    }
    this.loader = new URLClassLoader(urls.toArray(URL[]::new));
  }

  /** A jar, a folder of classes, or, ending with an asterisk, what a folder has. */
  private static List<URL> urls(String entry) throws IOException {
    if (!entry.endsWith("*")) {
      return List.of(Path.of(entry).toUri().toURL());
    }
    Path folder = Path.of(entry).getParent();
    List<URL> urls = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> jars = Files.list(folder)) {
        for (Path jar : jars.toList()) {
          urls.add(jar.toUri().toURL());
        }
      }
    }
    return urls;
  }

  public static void main(String[] args) throws Exception {
    Path listing = Path.of(args[3]);
    List<String> actual = new Api(Path.of(args[1]), args[2]).list();
    if (args[0].equals("write")) {
      Files.write(listing, actual);
      return;
    }
    List<String> expected = Files.exists(listing) ? Files.readAllLines(listing) : List.of();
    if (expected.equals(actual)) {
      return;
    }
    System.err.println("The public API is not what " + listing + " says:");
    expected.stream().filter(line -> !actual.contains(line)).forEach(l -> report("gone ", l));
    actual.stream().filter(line -> !expected.contains(line)).forEach(l -> report("new  ", l));
    System.err.println(
        "If that is meant: ./mvnw -q -Pspark -DskipTests verify -Dapi=write, and tell users in"
            + " CHANGELOG.md");
    System.exit(1);
  }

  private static void report(String what, String line) {
    System.err.println("  " + what + line.strip());
  }

  private List<String> list() throws Exception {
    Path descriptor = classes.resolve("module-info.class");
    Set<String> packages =
        Files.exists(descriptor) ? listModule(descriptor) : packagesWithClasses();
    for (String name : packages) {
      for (Class<?> type : types(name)) {
        list(type);
      }
    }
    return lines;
  }

  /** Returns the packages that the module exports to all. */
  private Set<String> listModule(Path descriptor) throws IOException {
    ModuleDescriptor module;
    try (InputStream in = Files.newInputStream(descriptor)) {
      module = ModuleDescriptor.read(in);
    }
    lines.add("module " + module.name());
    Set<String> directives = new TreeSet<>();
    module.requires().stream()
        .filter(
            required ->
                required.modifiers().contains(ModuleDescriptor.Requires.Modifier.TRANSITIVE))
        .forEach(required -> directives.add("  requires transitive " + required.name()));
    module.uses().forEach(service -> directives.add("  uses " + service));
    module.provides().forEach(service -> directives.add("  provides " + service.service()));
    Set<String> packages = new TreeSet<>();
    module.exports().stream()
        .filter(export -> !export.isQualified())
        .forEach(export -> packages.add(export.source()));
    packages.forEach(name -> directives.add("  exports " + name));
    lines.addAll(directives);
    return packages;
  }

  private Set<String> packagesWithClasses() throws IOException {
    Set<String> packages;
    try (Stream<Path> files = Files.walk(classes)) {
      packages =
          files
              .filter(file -> file.toString().endsWith(".class"))
              .map(file -> classes.relativize(file.getParent()).toString().replace('/', '.'))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    packages.forEach(name -> lines.add("package " + name));
    return packages;
  }

  /** The types of a package that others can name, in alphabetical order. */
  private List<Class<?>> types(String name) throws Exception {
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.list(classes.resolve(name.replace('.', '/')))) {
      for (Path file : files.sorted().toList()) {
        String simple = file.getFileName().toString();
        if (simple.endsWith(".class") && !simple.equals("package-info.class")) {
          String binary = name + "." + simple.substring(0, simple.length() - 6);
          Class<?> type = Class.forName(binary, false, loader);
          if (isVisible(type)) {
            types.add(type);
          }
        }
      }
    }
    return types;
  }

  private static boolean isVisible(Class<?> type) {
    if (type.isAnonymousClass() || type.isLocalClass() || type.isSynthetic()) {
      return false;
    }
    return (type.getModifiers() & VISIBLE) != 0
        && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
  }

  private void list(Class<?> type) throws Exception {
    StringBuilder head = new StringBuilder(type.toGenericString());
    if (type.getGenericSuperclass() != null && type.getSuperclass() != Object.class) {
      head.append(" extends ").append(type.getGenericSuperclass().getTypeName());
    }
    append(head, " implements ", type.getGenericInterfaces());
    if (type.isSealed()) {
      append(head, " permits ", type.getPermittedSubclasses());
    }
    lines.add("");
    lines.add(head.toString());
    Set<String> members = new TreeSet<>();
    for (Field field : type.getDeclaredFields()) {
      if (isOffered(field)) {
        members.add("  " + field.toGenericString() + constant(field));
      }
    }
    Stream<Executable> executables =
        Stream.concat(
            Arrays.stream(type.getDeclaredConstructors()),
            Arrays.stream(type.getDeclaredMethods()));
    executables
        .filter(Api::isOffered)
        .filter(executable -> !(type.isRecord() && OF_ANY_RECORD.contains(executable.getName())))
        .forEach(executable -> members.add("  " + executable.toGenericString()));
    lines.addAll(members);
  }

  private static void append(StringBuilder head, String keyword, Type[] types) {
    if (types.length > 0) {
      head.append(keyword)
          .append(Arrays.stream(types).map(Type::getTypeName).collect(Collectors.joining(", ")));
    }
  }

  private static boolean isOffered(Member member) {
    return (member.getModifiers() & VISIBLE) != 0 && !member.isSynthetic();
  }

  /** The compiler copies constants into those who use them, so their values are part of the API. */
  private static String constant(Field field) throws IllegalAccessException {
    int modifiers = field.getModifiers();
    boolean plain = field.getType().isPrimitive() || field.getType() == String.class;
    if (!plain || !Modifier.isPublic(modifiers) || !Modifier.isStatic(modifiers)) {
      return "";
    }
    return " = " + field.get(null);
  }
}
