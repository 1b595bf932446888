package org.setun.loader.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.model.ModelFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code setun inspect}: what is in a checkpoint or a model. */
@Command(
    name = "inspect",
    description = {
      "Lists the tensors of a checkpoint or the layers of a packed model, reads all of them,",
      "and names what looks wrong."
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "A checkpoint or a packed model.")
  private Path file;

  @Option(names = "--check", description = "Exit with code 1 if anything looks wrong.")
  private boolean check;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<String> problems;
    if (ModelFile.isModel(file)) {
      try (ModelFile model = ModelFile.open(file)) {
        ModelInspection.print(file, model, out);
      }
      problems = List.of(); // Whatever is wrong with a packed model is an exception.
    } else {
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        problems = new CheckpointInspection(checkpoint, out).print();
      }
    }
    if (problems.isEmpty()) {
      out.println("nothing looks wrong");
      return 0;
    }
    problems.forEach(problem -> out.println("looks wrong: " + problem));
    return check ? Failures.FAILED : 0;
  }
}
