import com.google.googlejavaformat.java.Main;

/**
 * Checks or rewrites the format of every Java source of the repository.
 *
 * <p>Arguments: {@code check} or {@code write}, then the repository's root. Exit code 1 when a file
 * is not formatted, or cannot be parsed.
 */
void main(String[] args) throws Exception {
  boolean write = args[0].equals("write");
  Path root = Path.of(args[1]);
  List<String> files = new ArrayList<>();
  addSources(root.resolve(".ci"), files);
  for (Path parent : List.of(root, root.resolve("samples"))) {
    try (Stream<Path> folders = Files.list(parent)) {
      for (Path sources : folders.map(folder -> folder.resolve("src")).sorted().toList()) {
        if (Files.isDirectory(sources)) {
          addSources(sources, files);
        }
      }
    }
  }

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

void addSources(Path folder, List<String> files) throws IOException {
  try (Stream<Path> walk = Files.walk(folder)) {
    walk.map(Path::toString).filter(name -> name.endsWith(".java")).sorted().forEach(files::add);
  }
}
