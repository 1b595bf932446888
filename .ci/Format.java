import com.google.googlejavaformat.java.Main;

/** Folders without sources of ours: what is built, what is only data. */
static final Set<String> SKIPPED = Set.of("target", "testdata", ".git", ".mvn");

/**
 * Checks or rewrites the format of every Java source of the repository.
 *
 * <p>Arguments: {@code check} or {@code write}, then the repository's root. Exit code 1 when a file
 * is not formatted, or cannot be parsed.
 */
void main(String[] args) throws Exception {
  boolean write = args[0].equals("write");
  List<String> files = sources(Path.of(args[1]));
  List<String> command = new ArrayList<>();
  command.addAll(write ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
  command.addAll(files);
  var out = new PrintWriter(System.out, true);
  var err = new PrintWriter(System.err, true);
  int code = new Main(out, err, System.in).format(command.toArray(String[]::new));
  if (code == 0) {
    out.println(files.size() + " Java files are in google-java-format");
  } else if (!write) {
    err.println("Not in google-java-format; fix with ./mvnw -q -N verify -Dformat=write");
  }
  System.exit(code);
}

List<String> sources(Path root) throws IOException {
  List<String> files = new ArrayList<>();
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
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
          if (file.toString().endsWith(".java")) {
            files.add(file.toString());
          }
          return FileVisitResult.CONTINUE;
        }
      });
  Collections.sort(files);
  return files;
}
