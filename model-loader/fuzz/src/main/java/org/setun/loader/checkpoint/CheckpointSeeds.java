// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.setun.loader.testing.GgufWriter;

/** Small checkpoints of every format to begin with; the torch ones were written by torch. */
public final class CheckpointSeeds {
  /** The files beside an index. */
  static final List<String> SHARDS = List.of("1.safetensors", "2.safetensors");

  private static final long[] SHAPE = {2, 3};
  private static final long[] STRIDES = {3, 1};

  private CheckpointSeeds() {}

  private static byte[] testdata(String name) throws IOException {
    return Files.readAllBytes(Path.of(System.getProperty("setun.testdata"), name));
  }

  public static List<byte[]> torchZip() throws IOException {
    return List.of(
        testdata("torch-odd/training.pt"),
        testdata("torch-odd/views-and-types.pt"),
        testdata("torch-odd/views-and-types-protocol4.pt"),
        testdata("torch-files/b-wholemodule.pth"),
        testdata("torch-files/extra-npfloat.pth"),
        testdata("torch-files/o-quantized.pth"),
        testdata("torch-files/y-deflated.pth"),
        testdata("torch-files/zz-outside-sparse.pth"),
        testdata("torch-files/made-lightning.ckpt"),
        testdata("torch-files/made-numpy-protocol5.pth"),
        testdata("torch-files/made-objects.pth"),
        testdata("torch-files/made-types.pth"),
        testdata("torch-files/made-whole-parallel.pth"),
        testdata("torch-files/made-yolo.pt"),
        smallZip(new ZipWriter(), false),
        smallZip(new ZipWriter(true), false),
        smallZip(new ZipWriter(), true));
  }

  private static byte[] smallZip(ZipWriter zip, boolean dataDescriptors) {
    byte[] pickle =
        PickleWriter.dict("a", p -> p.tensor("FloatStorage", "0", 6, 0, SHAPE, STRIDES));
    if (dataDescriptors) {
      zip.addWithDataDescriptor("x/data.pkl", pickle);
      zip.addWithDataDescriptor("x/data/0", new byte[24]);
    } else {
      zip.add("x/data.pkl", pickle);
      zip.add("x/byteorder", "little".getBytes(UTF_8));
      zip.add("x/data/0", new byte[24]);
    }
    return zip.finish();
  }

  public static List<byte[]> torchLegacy() throws IOException {
    return List.of(
        testdata("torch-odd/views-and-types-legacy.pt"),
        testdata("torch-files/made-whole-legacy.pth"),
        testdata("torch-files/made-plain-pickle.pkl"),
        smallLegacy());
  }

  /** Magic, protocol, facts of the machine, object, keys, and one storage. */
  private static byte[] smallLegacy() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    PickleWriter magic = new PickleWriter().op(0x8a).op(10);
    magic.ops("l\u00fc\u009cF\u00f9 j\u00a8P\u0019");
    file.writeBytes(magic.stop());
    file.writeBytes(new PickleWriter().integer(1001).stop());
    file.writeBytes(new PickleWriter().op('}').string("little_endian").op(0x88).op('s').stop());
    PickleWriter object = new PickleWriter().op('}').string("a");
    object.global("torch._utils", "_rebuild_tensor_v2").op('(');
    object.storageView("FloatStorage", "0", 6, 0, 6).integer(0).tuple(SHAPE).tuple(STRIDES);
    file.writeBytes(object.op(0x89).global("collections", "OrderedDict").ops(")RtRs").stop());
    file.writeBytes(new PickleWriter().op(']').string("0").op('a').stop());
    file.writeBytes(ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).putLong(6).array());
    return file.toByteArray();
  }

  public static List<byte[]> safetensors() {
    return List.of(
        shard(SHARDS.getFirst()),
        shard(SHARDS.getLast()),
        safetensors(
            """
            {"__metadata__":{"format":"pt"},"module.a":{"dtype":"BF16","shape":[2,2],\
            "data_offsets":[0,8]},"module.b":{"dtype":"F16","shape":[],"data_offsets":[8,10]},\
            "module.c":{"dtype":"BOOL","shape":[0,3],"data_offsets":[10,10]}}\
            """,
            10),
        safetensors(
            """
            {"x":{"dtype":"I64","shape":[4611686018427387904,4],"data_offsets":[0,0]}}\
            """,
            0));
  }

  static byte[] shard(String name) {
    return name.equals(SHARDS.getFirst())
        ? safetensors(
            """
            {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},\
            "b":{"dtype":"I8","shape":[1,4],"data_offsets":[12,16]}}\
            """,
            16)
        : safetensors(
            """
            {"c":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},\
            "d":{"dtype":"U8","shape":[2],"data_offsets":[8,10]}}\
            """,
            10);
  }

  private static byte[] safetensors(String header, int dataBytes) {
    byte[] utf8 = header.getBytes(UTF_8);
    return ByteBuffer.allocate(Long.BYTES + utf8.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(utf8.length)
        .put(utf8)
        .array();
  }

  public static List<byte[]> index() {
    return List.of(
        """
        {"metadata":{"total_size":26,"format":"pt"},"weight_map":{"a":"1.safetensors",\
        "b":"1.safetensors","c":"2.safetensors","d":"2.safetensors"}}\
        """
            .getBytes(UTF_8),
        """
        {"weight_map":{"a":"../1.safetensors"}}\
        """
            .getBytes(UTF_8));
  }

  public static List<byte[]> npz() {
    ZipWriter zip = new ZipWriter();
    zip.add("a.npy", npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24));
    zip.add("b.npy", npy(1, "{'descr': '>i8', 'fortran_order': True, 'shape': (2, 1, 2), }", 32));
    zip.add("c.npy", npy(2, "{'descr': '|b1', 'fortran_order': False, 'shape': (), }", 1));
    zip.add("d.npy", npy(3, "{'descr': '|i1', 'fortran_order': False, 'shape': (3,), }", 3));
    ZipWriter objects = new ZipWriter(true);
    objects.add("a.npy", npy(1, "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8));
    return List.of(zip.finish(), objects.finish());
  }

  private static byte[] npy(int version, String header, int dataBytes) {
    byte[] text = header.getBytes(ISO_8859_1);
    ByteBuffer npy =
        ByteBuffer.allocate(12 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    npy.put((byte) 0x93).put("NUMPY".getBytes(ISO_8859_1)).put((byte) version).put((byte) 0);
    if (version == 1) {
      npy.putShort((short) text.length);
    } else {
      npy.putInt(text.length);
    }
    npy.put(text);
    byte[] file = new byte[npy.position() + dataBytes];
    npy.flip().get(file, 0, npy.limit());
    return file;
  }

  public static List<byte[]> gguf() {
    GgufWriter metadata = new GgufWriter().entry("general.architecture", "bitnet").alignment(64);
    for (int type : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12}) {
      metadata.entry(
          "of." + type,
          type,
          new byte[type < 2 || type == 7 ? 1 : type < 4 ? 2 : type < 10 ? 4 : 8]);
    }
    GgufWriter arrays =
        new GgufWriter()
            .entry("words", 9, array(8, 2, GgufWriter.i64(0), GgufWriter.i64(1), new byte[] {'x'}))
            .entry("deep", 9, array(9, 1, array(4, 1, GgufWriter.i32(7))))
            .entry("f64", 12, GgufWriter.i64(1))
            .tensor("half", 1, new byte[6], 3);
    byte[] sparse = new byte[2 * 66];
    sparse[3] = 0x55;
    return List.of(
        new GgufWriter()
            .tensor("norm", 0, new byte[12], 3)
            .tensor("one", 34, new byte[2 * 54], 256, 2)
            .tensor("two", 35, sparse, 512, 1)
            .tensor("q4", 2, new byte[18], 32)
            .tensorAt("own", 36, 0, 4)
            .toBytes(),
        metadata.toBytes(),
        arrays.version(2).toBytes(),
        new GgufWriter().tensorAt("a", 34, 0, 256, 1L << 54).toBytes());
  }

  private static byte[] array(int type, long count, byte[]... elements) {
    ByteArrayOutputStream array = new ByteArrayOutputStream();
    array.writeBytes(GgufWriter.i32(type));
    array.writeBytes(GgufWriter.i64(count));
    for (byte[] element : elements) {
      array.writeBytes(element);
    }
    return array.toByteArray();
  }
}
