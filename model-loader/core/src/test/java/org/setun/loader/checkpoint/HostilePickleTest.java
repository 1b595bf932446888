// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.setun.loader.checkpoint.TestFiles.assertRefused;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** Pickles that ask for more than tensors, which is not run, or for tensors that cannot be. */
class HostilePickleTest {
  /** Elements of the storage "0" that every file here has. */
  private static final int STORED = 6;

  private static final long[] SHAPE = {STORED};
  private static final long[] STRIDE = {1};

  @TempDir Path folder;

  private Path file(byte[] pickle) throws Exception {
    ZipWriter zip = new ZipWriter();
    zip.add("x/data.pkl", pickle);
    zip.add("x/data/0", new byte[STORED * Float.BYTES]);
    return Files.write(folder.resolve("file"), zip.finish());
  }

  @Test
  void theWriterOfTheseTestsMakesFilesThatRead() throws Exception {
    TestFiles.readFully(file(tensor(STORED, 0, new long[] {2, 3}, new long[] {3, 1})));
  }

  @ParameterizedTest
  @CsvSource({
    "posix, system",
    "os, system",
    "builtins, eval",
    "__builtin__, eval",
    "builtins, getattr",
    "builtins, ValueError",
    "subprocess, Popen",
    "torch._utils, _rebuild_tensor_v2.__globals__",
    "torch, _utils._rebuild_tensor_v2",
    "torch.storage, _load_from_bytes",
    "argparse, Namespace",
    "decimal, Decimal",
    "datetime, datetime",
    "array, array",
    "operator, attrgetter",
    "builtins, bytearray",
  })
  void aCallThatNoTensorNeedsIsNotRunAndOneThatATensorNeedsIsNamed(String module, String name)
      throws Exception {
    for (boolean onStack : new boolean[] {false, true}) {
      PickleWriter beside = new PickleWriter().op('}').string("junk");
      call(beside, module, name, onStack);
      beside.ops("s").string("a").tensor("FloatStorage", "0", STORED, 0, SHAPE, STRIDE).op('s');
      TestFiles.readFully(file(beside.stop()));

      PickleWriter needed = new PickleWriter().op('}').string("a");
      needed.global("torch._utils", "_rebuild_tensor_v2").op('(');
      call(needed, module, name, onStack);
      needed.integer(0).tuple(1).tuple(1).ops("NNtRs");
      try (Checkpoint checkpoint = Checkpoint.open(file(needed.stop()))) {
        CheckpointException e =
            assertThrows(
                CheckpointException.class, () -> checkpoint.stateDict().tensor("a").toFloats());
        assertEquals(Kind.UNSUPPORTED, e.kind());
        assertEquals("a", e.tensor());
        assertTrue(e.getMessage().contains("'" + module + "." + name + "'"), e.getMessage());
      }
    }
  }

  private static void call(PickleWriter pickle, String module, String name, boolean onStack) {
    if (onStack) {
      pickle.string(module).string(name).op(0x93);
    } else {
      pickle.global(module, name);
    }
    pickle.op('(').string("true").ops("tR");
  }

  static Stream<Arguments> inert() {
    return Stream.of(
        inert("REDUCE of a number", p -> p.integer(1).ops(")R")),
        inert("REDUCE of a storage class", p -> p.global("torch", "FloatStorage").ops(")R")),
        inert("REDUCE of a string", p -> p.string("os.system").ops(")R")),
        inert("BUILD of a list", p -> p.ops("]}b")),
        inert("BUILD of a dictionary from a list", p -> p.ops("}]b")),
        inert("INST", p -> p.ops("(ios\nsystem\n")),
        inert("OBJ", p -> p.op('(').global("torch.nn", "Linear").op('o')),
        inert("NEWOBJ", p -> p.global("torch.nn", "Linear").op(')').op(0x81)),
        inert("NEWOBJ_EX", p -> p.global("torch.nn", "Linear").ops(")}").op(0x92)),
        inert("NEWOBJ of NEWOBJ", p -> p.global("a", "B").ops(")").op(0x81).op(')').op(0x81)),
        inert("items of an object", p -> p.global("a", "B").ops(")R(").string("k").ops("Nu")),
        inert("elements of an object", p -> p.global("a", "B").ops(")RNa")),
        inert("EXT1", p -> p.op(0x82).op(1)),
        inert("EXT2", p -> p.op(0x83).ops("\1\1")),
        inert("EXT4", p -> p.op(0x84).int32(1)),
        inert("protocol 0", p -> p.ops("(I12\nI01\nL34L\nF1.5\nS'a\\n'\nV\\u0416\nlp0\ng0\na")),
        inert("a dictionary of protocol 0", p -> p.ops("(S'a'\nNd")),
        inert("a set", p -> p.op(0x8f).ops("(NN").op(0x90).ops("(N").op(0x91).op('a')),
        inert("bytes", p -> p.ops("(C\1xB").int32(1).ops("yt")),
        inert("buffers", p -> p.op(0x96).ops("\1\0\0\0\0\0\0\0x").op(0x98)),
        inert("a mark taken back", p -> p.ops("N(0(NN1")),
        inert("a copy", p -> p.ops("N20")));
  }

  private static Arguments inert(String what, Consumer<PickleWriter> value) {
    return arguments(what, value);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inert")
  void whatNoTensorNeedsIsKeptAndNotRun(String what, Consumer<PickleWriter> value)
      throws Exception {
    PickleWriter pickle = new PickleWriter().op('}').string("junk");
    value.accept(pickle);
    pickle.op('s').string("a").tensor("FloatStorage", "0", STORED, 0, SHAPE, STRIDE).op('s');
    TestFiles.readFully(file(pickle.stop()));
  }

  static Stream<Arguments> calls() {
    return Stream.of(
        malformed("BUILD of a storage", p -> p.storage("FloatStorage", "0", STORED).ops("}b")),
        malformed("BUILD of a class", p -> p.global("torch", "Size").ops("}b")),
        malformed("OBJ of nothing", p -> p.ops("(o")),
        malformed("REDUCE without a tuple", p -> p.global("a", "B").ops("]R")),
        malformed("below a mark", p -> p.ops("N(0(b")),
        malformed("an integer of 4 GB", p -> p.op(0x8b).int32(-1)),
        malformed("an integer of letters", p -> p.ops("Iab\n")),
        malformed("a memo index of letters", p -> p.ops("Npx\n")),
        malformed("PERSID", p -> p.ops("Pid\n")),
        malformed(
            "OrderedDict of a number",
            p -> p.global("collections", "OrderedDict").integer(1).op(0x85).op('R')),
        malformed("a call without arguments", p -> p.global("torch", "Size").ops("R")),
        malformed(
            "a tensor without a storage",
            p -> p.global("torch._utils", "_rebuild_tensor_v2").ops("(NK\0))NNtR")),
        malformed("a persistent id that is a string", p -> p.string("0").op('Q')),
        malformed(
            "a persistent id of a function",
            p ->
                p.op('(')
                    .string("storage")
                    .global("torch", "Size")
                    .string("0")
                    .string("cpu")
                    .integer(1)
                    .ops("tQ")),
        malformed(
            "a shape of text",
            p ->
                p.global("torch._utils", "_rebuild_tensor_v2")
                    .op('(')
                    .storage("FloatStorage", "0", STORED)
                    .integer(0)
                    .string("a")
                    .op(0x85)
                    .tuple(1)
                    .ops("NNtR")),
        malformed("an unset memo", p -> p.ops("h\7")),
        malformed("an empty stack", p -> p.ops("0000")),
        malformed("a tuple without its mark", p -> p.ops("t")),
        malformed("a key without a value", p -> p.op('}').op('(').string("k").op('u')),
        malformed("items of a list", p -> p.ops("](NNu")),
        malformed("appending to a dictionary", p -> p.ops("}Na")),
        malformed("a name that does not end", p -> p.op('c').ops("x".repeat(5000))),
        malformed("an opcode that is none", p -> p.op(0xff)),
        arguments(
            "a string of 4 GB", Kind.TRUNCATED, PickleWriter.dict("a", p -> p.op('X').int32(-1))),
        arguments("a protocol of tomorrow", Kind.MALFORMED, new byte[] {(byte) 0x80, 99, '.'}),
        arguments("no end", Kind.TRUNCATED, new byte[] {(byte) 0x80, 2, '}'}),
        arguments("nothing", Kind.TRUNCATED, new byte[0]),
        arguments("a list", Kind.UNSUPPORTED, new PickleWriter().op(']').stop()),
        arguments("None", Kind.UNSUPPORTED, new PickleWriter().op('N').stop()),
        arguments("an empty dictionary", Kind.MALFORMED, new PickleWriter().op('}').stop()));
  }

  private static Arguments malformed(String what, Consumer<PickleWriter> value) {
    return arguments(what, Kind.MALFORMED, PickleWriter.dict("a", value));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void whatBuildsNoTensorIsRefused(String what, Kind kind, byte[] pickle) throws Exception {
    assertRefused(kind, file(pickle));
  }

  static Stream<Arguments> impossibleTensors() {
    long huge = 1L << 62;
    return Stream.of(
        arguments("a negative offset", tensor(STORED, -1, new long[] {1}, new long[] {1})),
        arguments("a negative extent", tensor(STORED, 0, new long[] {-1}, new long[] {1})),
        arguments("a negative stride", tensor(STORED, 5, new long[] {2}, new long[] {-1})),
        arguments("one element too many", tensor(STORED, 0, new long[] {7}, new long[] {1})),
        arguments("an offset past the end", tensor(STORED, 6, new long[] {1}, new long[] {1})),
        arguments("a stride past the end", tensor(STORED, 0, new long[] {2}, new long[] {6})),
        arguments("a stride that overflows", tensor(STORED, 0, new long[] {5}, new long[] {huge})),
        arguments(
            "an offset that overflows",
            tensor(STORED, Long.MAX_VALUE, new long[] {2}, new long[] {1})),
        arguments(
            "a count that overflows",
            tensor(STORED, 0, new long[] {huge, huge}, new long[] {0, 0})),
        arguments(
            "a count that wraps to 1",
            tensor(STORED, 0, new long[] {1L << 32, 1L << 32, 1}, new long[] {0, 0, 0})),
        arguments(
            "a value repeated beyond the file",
            tensor(STORED, 0, new long[] {1 << 30}, new long[] {0})),
        arguments(
            "fewer strides than extents", tensor(STORED, 0, new long[] {2, 3}, new long[] {1})),
        arguments("65 dimensions", tensor(STORED, 0, ones(65), ones(65))),
        arguments(
            "a storage larger than its entry",
            tensor(STORED + 1, 0, new long[] {1}, new long[] {1})),
        arguments(
            "a storage smaller than its entry",
            tensor(STORED - 1, 0, new long[] {1}, new long[] {1})),
        arguments("a storage of negative size", tensor(-1, 0, new long[] {1}, new long[] {1})),
        arguments(
            "a storage whose bytes overflow",
            tensor(huge + STORED, 0, new long[] {1}, new long[] {1})));
  }

  private static long[] ones(int length) {
    long[] ones = new long[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static byte[] tensor(long size, long offset, long[] shape, long[] strides) {
    return PickleWriter.dict(
        "conv\n.weight", p -> p.tensor("FloatStorage", "0", size, offset, shape, strides));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("impossibleTensors")
  void aViewThatDoesNotFitItsStorageIsRefused(String what, byte[] pickle) throws Exception {
    CheckpointException e = assertRefused(Kind.BAD_TENSOR, file(pickle));
    assertTrue(e.getMessage().contains("tensor 'conv\\u000a.weight'"), e.getMessage());
  }

  @Test
  void aMessageShowsNoControlCharactersOfTheFile() throws Exception {
    String key = "\n\u001b[2J".repeat(100);
    long[] one = {1};
    for (long size : new long[] {1, 1 << 30}) {
      byte[] pickle = PickleWriter.dict(key, p -> p.tensor("FloatStorage", key, size, 0, one, one));
      // assertRefused: the message has one line
      CheckpointException e =
          assertRefused(size == 1 ? Kind.MALFORMED : Kind.BAD_TENSOR, file(pickle));
      assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl), e.getMessage());
      assertTrue(e.getMessage().length() < 2000, e.getMessage());
    }
  }

  @Test
  void aMissingStorageIsRefused() throws Exception {
    long[] one = {1};
    byte[] pickle = PickleWriter.dict("a", p -> p.tensor("FloatStorage", "../0", 1, 0, one, one));
    assertRefused(Kind.MALFORMED, file(pickle));
  }

  @Test
  void deepAndRecursiveValuesNeitherOverflowNorHang() throws Exception {
    int depth = 200_000;
    // Each level takes as many bytes as its objects are charged, so the budget allows it.
    PickleWriter deep = new PickleWriter().op('}').string("junk");
    for (int i = 0; i < depth; i++) {
      deep.string("0123456789").op(0x85);
    }
    for (int i = 0; i < depth - 1; i++) {
      deep.op(0x86);
    }
    long[] shape = {STORED};
    long[] stride = {1};
    deep.op('s').string("a").tensor("FloatStorage", "0", STORED, 0, shape, stride).op('s');
    TestFiles.readFully(file(deep.stop()));

    // d = {}; d['self'] = d; d['list'] = l with l containing l and d
    PickleWriter cycle = new PickleWriter().ops("}q\0").string("self").ops("h\0s");
    cycle.string("list").ops("]q\1h\1ah\0as");
    cycle.string("a").tensor("FloatStorage", "0", STORED, 0, shape, stride).op('s');
    TestFiles.readFully(file(cycle.stop()));
    // d is its own state dict
    PickleWriter self = new PickleWriter().ops("}q\0").string("state_dict").ops("h\0s");
    self.string("a").tensor("FloatStorage", "0", STORED, 0, shape, stride).op('s');
    TestFiles.readFully(file(self.stop()));
    // a list as a key, which cannot be hashed, containing itself
    PickleWriter key = new PickleWriter().ops("}]q\0h\0aNs");
    key.string("a").tensor("FloatStorage", "0", STORED, 0, shape, stride).op('s');
    TestFiles.readFully(file(key.stop()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"}", "]", ")", "}q\0", "}0"})
  void aPickleThatOnlyAllocatesIsStopped(String opcodes) throws Exception {
    byte[] pickle = new PickleWriter().ops(opcodes.repeat((8 << 20) / opcodes.length())).stop();
    assertRefused(Kind.MALFORMED, file(pickle));
  }

  @Test
  void theLastOfEqualKeysCountsAsInPython() throws Exception {
    long[] one = {1};
    PickleWriter pickle = new PickleWriter().op('}');
    pickle.string("a").tensor("FloatStorage", "0", STORED, 0, new long[] {2}, one).op('s');
    pickle.string("a").tensor("FloatStorage", "0", STORED, 0, new long[] {3}, one).op('s');
    try (Checkpoint checkpoint = Checkpoint.open(file(pickle.stop()))) {
      assertArrayEquals(new long[] {3}, checkpoint.stateDict().tensor("a").shape());
    }
  }

  @Test
  void anOrderedDictOfPairsIsRead() throws Exception {
    long[] one = {1};
    PickleWriter pickle = new PickleWriter().global("collections", "OrderedDict");
    pickle.ops("(]]").string("a").op('a');
    pickle.tensor("FloatStorage", "0", STORED, 0, new long[] {2}, one).ops("aatR");
    try (Checkpoint checkpoint = Checkpoint.open(file(pickle.stop()))) {
      assertArrayEquals(new float[2], checkpoint.stateDict().tensor("a").toFloats());
    }
  }

  /** A view of 2^16 elements is allowed in any file; a thousand of them are not. */
  @Test
  void manyViewsOfOneStorageAreRefused() throws Exception {
    for (int views : new int[] {1, 2}) {
      PickleWriter pickle = new PickleWriter().op('}');
      for (int i = 0; i < views; i++) {
        pickle.string("view" + i);
        pickle.tensor("FloatStorage", "0", STORED, 0, new long[] {60_000}, new long[] {0}).op('s');
      }
      Path file = file(pickle.stop());
      if (views == 1) {
        TestFiles.readFully(file);
      } else {
        CheckpointException e = assertRefused(Kind.BAD_TENSOR, file);
        assertTrue(e.getMessage().contains("'view1': one of views"), e.getMessage());
      }
    }
  }
}
