// SPDX-License-Identifier: Apache-2.0
import com.google.googlejavaformat.java.Main;

/** Folders without sources of ours: what is built, what is only data. */
static final Set<String> SKIPPED = Set.of("target", "testdata", ".git", ".mvn");

/** The line that each source begins with, after the line that names its interpreter. */
static final String LICENCE = "SPDX-License-Identifier: Apache-2.0";

/** How a comment of one line begins and ends, by the end of a file's name. */
static final Map<String, List<String>> COMMENTS =
    Map.of(
        ".java", List.of("// ", ""),
        ".js", List.of("// ", ""),
        ".css", List.of("/* ", " */"),
        ".lua", List.of("-- ", ""),
        ".py", List.of("# ", ""),
        ".sh", List.of("# ", ""));

/** Written by the Maven wrapper, with a header of its own. */
static final String WRAPPER = "mvnw";

/**
 * Checks or rewrites the sources of the repository: each begins with its licence, and those in Java
 * are in google-java-format.
 *
 * <p>Arguments: {@code check} or {@code write}, then the repository's root. Exit code 1 when a file
 * has no licence, is not formatted, or cannot be parsed.
 */
void main(String[] args) throws Exception {
  boolean write = args[0].equals("write");
  List<Path> sources = sources(Path.of(args[1]));
  List<Path> unlicensed = new ArrayList<>();
  for (Path source : sources) {
    if (!isLicensed(source)) {
      unlicensed.add(source);
      if (write) {
        license(source);
      }
    }
  }
  List<String> files =
      sources.stream().map(Path::toString).filter(name -> name.endsWith(".java")).toList();
  List<String> command = new ArrayList<>();
  command.addAll(write ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
  command.addAll(files);
  var out = new PrintWriter(System.out, true);
  var err = new PrintWriter(System.err, true);
  int code = new Main(out, err, System.in).format(command.toArray(String[]::new));
  boolean licensed = write || unlicensed.isEmpty();
  if (!licensed) {
    unlicensed.forEach(file -> err.println(file + " does not begin with " + LICENCE));
    code = 1;
  }
  if (code == 0) {
    out.println(
        files.size()
            + " Java files are in google-java-format, "
            + sources.size()
            + " sources name their licence");
  } else if (!write) {
    err.println(
        "Not in google-java-format, or without a licence; fix with"
            + " ./mvnw -q -N verify -Dformat=write");
  }
  System.exit(code);
}

/** Whether the licence is on the first line, or on the second behind an interpreter. */
boolean isLicensed(Path file) throws IOException {
  try (Stream<String> lines = Files.lines(file)) {
    return lines.limit(2).anyMatch(line -> line.contains(LICENCE));
  }
}

void license(Path file) throws IOException {
  String text = Files.readString(file);
  int at = text.startsWith("#!") ? text.indexOf('\n') + 1 : 0;
  List<String> comment = comment(file).orElseThrow();
  Files.writeString(
      file,
      text.substring(0, at)
          + comment.getFirst()
          + LICENCE
          + comment.getLast()
          + "\n"
          + text.substring(at));
}

/** The comment of a source; empty if the file is none. */
Optional<List<String>> comment(Path file) throws IOException {
  String name = file.getFileName().toString();
  int dot = name.lastIndexOf('.');
  if (dot > 0) {
    return Optional.ofNullable(COMMENTS.get(name.substring(dot)));
  }
  try (InputStream in = Files.newInputStream(file)) {
    boolean script = Arrays.equals(in.readNBytes(2), new byte[] {'#', '!'});
    return script && !name.equals(WRAPPER) ? Optional.of(List.of("# ", "")) : Optional.empty();
  }
}

List<Path> sources(Path root) throws IOException {
  List<Path> files = new ArrayList<>();
  Files.walkFileTree(
      root,
      new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
          return SKIPPED.contains(folder.getFileName().toString())
              ? FileVisitResult.SKIP_SUBTREE
              : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
            throws IOException {
          if (attributes.isRegularFile() && comment(file).isPresent()) {
            files.add(file);
          }
          return FileVisitResult.CONTINUE;
        }
      });
  Collections.sort(files);
  return files;
}
