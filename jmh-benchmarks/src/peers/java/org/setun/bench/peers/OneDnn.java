// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.peers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;

/**
 * One int8 primitive of oneDNN on one thread: activations uint8, weights int8 in the layout that
 * oneDNN likes best, nothing around it. Has to be made on the thread that runs it: the number of
 * OpenMP threads is a property of the calling thread.
 */
public final class OneDnn {
  /** Instruction sets that oneDNN may use. */
  public enum Isa {
    /** AVX-512 with VNNI, the vector units' int8 instructions. */
    VNNI,
    /** Whatever the machine has, AMX included. */
    BEST
  }

  /**
   * Weights of 7 bits. Without VNNI oneDNN adds two products in 16 bits, which saturate: 2 · 255 ·
   * 63 is just below 2^15.
   */
  private static final int MOST_WEIGHT = 63;

  private static Isa chosen;

  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final stream stream = new stream(cpu);
  private final IntMemoryMap arguments = new IntMemoryMap();
  private primitive primitive;
  private String description;

  private OneDnn() {}

  /**
   * Limits the instruction set for the rest of the process.
   *
   * @throws IllegalStateException if another limit is in force
   */
  @SuppressWarnings("restricted")
  public static synchronized void use(Isa isa) {
    if (chosen != null && chosen != isa) {
      throw new IllegalStateException("oneDNN is limited to " + chosen + " in this process");
    }
    if (chosen == null) {
      Loader.load(dnnl.class);
      // Calling it would lift a lower limit that oneDNN's own variable has set.
      boolean limited = System.getenv("ONEDNN_MAX_CPU_ISA") != null;
      if (isa == Isa.VNNI
          && !limited
          && dnnl.dnnl_set_max_cpu_isa(dnnl.dnnl_cpu_isa_avx512_core_vnni) != 0) {
        throw new IllegalStateException("oneDNN does not accept the limit to VNNI");
      }
      chosen = isa;
    }
    try {
      Linker.nativeLinker()
          .downcallHandle(
              SymbolLookup.loaderLookup()
                  .find("omp_set_num_threads")
                  .orElseThrow(
                      () -> new IllegalStateException("oneDNN came without an OpenMP runtime")),
              FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
          .invokeExact(1);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("omp_set_num_threads", e);
    }
  }

  /**
   * A 3×3 convolution with padding 1 of a map of {@code size} × {@code size}, channels last, with a
   * uint8 result; compared with one computed plainly at every 97th place.
   *
   * @throws IllegalStateException if the results differ
   */
  public static OneDnn convolution(Isa isa, int channels, int size) {
    use(isa);
    OneDnn result = new OneDnn();
    result.makeConvolution(channels, size);
    return result;
  }

  /**
   * The product of rows and a matrix with int32 results; those of the last row are compared with
   * plainly computed ones.
   *
   * @param isa instruction set
   * @param rows rows of activations
   * @param outputs columns of the result
   * @param columns columns of the activations
   * @throws IllegalStateException if the results differ
   */
  public static OneDnn product(Isa isa, int rows, int outputs, int columns) {
    use(isa);
    OneDnn result = new OneDnn();
    result.makeProduct(rows, outputs, columns);
    return result;
  }

  private void makeConvolution(int channels, int size) {
    long[] map = {1, channels, size, size};
    long[] kernel = {channels, channels, 3, 3};
    long[] ones = {1, 1};
    memory.desc source = new memory.desc(map, memory.data_type.u8, memory.format_tag.nhwc);
    primitive_attr attributes = new primitive_attr();
    attributes.set_scales_mask(DNNL_ARG_WEIGHTS, 0);
    var descriptor =
        new convolution_forward.primitive_desc(
            cpu,
            dnnl.prop_kind.forward_inference,
            dnnl.algorithm.convolution_direct,
            source,
            new memory.desc(kernel, memory.data_type.s8, memory.format_tag.any),
            new memory.desc(map, memory.data_type.u8, memory.format_tag.nhwc),
            ones,
            ones,
            ones,
            attributes,
            false);
    byte[] input = random(channels * size * size, 0, 256);
    byte[] weights = random(channels * channels * 9, -MOST_WEIGHT, MOST_WEIGHT + 1);
    float scale = (float) (1 / (64 * Math.sqrt(channels * 9)));
    memory scaleMemory =
        new memory(new memory.desc(new long[] {1}, memory.data_type.f32, memory.format_tag.x), cpu);
    new FloatPointer(scaleMemory.get_data_handle()).put(scale);
    arguments.put(DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS, scaleMemory);
    memory output = new memory(descriptor.dst_desc(), cpu);
    bind(
        fill(source, input),
        reordered(
            new memory.desc(kernel, memory.data_type.s8, memory.format_tag.oihw),
            weights,
            descriptor.weights_desc()),
        output);
    primitive = new convolution_forward(descriptor);
    description = "oneDNN convolution, " + descriptor.impl_info_str().getString();
    run();
    byte[] actual = new byte[input.length];
    new BytePointer(output.get_data_handle()).get(actual);
    for (int i = 0; i < actual.length; i += 97) {
      int sum = plainConvolution(input, weights, channels, size, i);
      long expected = Math.clamp(Math.round((double) sum * scale), 0, 255);
      expect(Math.abs(expected - (actual[i] & 0xff)) <= 1, i, actual[i] & 0xff, expected);
    }
  }

  private static int plainConvolution(
      byte[] input, byte[] weights, int channels, int size, int index) {
    int o = index % channels;
    int x = index / channels % size;
    int y = index / channels / size;
    int sum = 0;
    for (int ky = Math.max(0, 1 - y); ky < Math.min(3, size + 1 - y); ky++) {
      for (int kx = Math.max(0, 1 - x); kx < Math.min(3, size + 1 - x); kx++) {
        int pixel = (y + ky - 1) * size + x + kx - 1;
        for (int c = 0; c < channels; c++) {
          sum +=
              (input[pixel * channels + c] & 0xff)
                  * weights[((o * channels + c) * 3 + ky) * 3 + kx];
        }
      }
    }
    return sum;
  }

  private void makeProduct(int rows, int outputs, int columns) {
    long[] activations = {rows, columns};
    long[] matrix = {columns, outputs};
    long[] results = {rows, outputs};
    memory.desc source = new memory.desc(activations, memory.data_type.u8, memory.format_tag.ab);
    var descriptor =
        new matmul.primitive_desc(
            cpu,
            source,
            new memory.desc(matrix, memory.data_type.s8, memory.format_tag.any),
            new memory.desc(results, memory.data_type.s32, memory.format_tag.ab));
    byte[] input = random(rows * columns, 0, 256);
    byte[] weights = random(columns * outputs, -MOST_WEIGHT, MOST_WEIGHT + 1);
    memory output = new memory(descriptor.dst_desc(), cpu);
    bind(
        fill(source, input),
        reordered(
            new memory.desc(matrix, memory.data_type.s8, memory.format_tag.ab),
            weights,
            descriptor.weights_desc()),
        output);
    primitive = new matmul(descriptor);
    description = "oneDNN matmul, " + descriptor.impl_info_str().getString();
    run();
    int[] actual = new int[rows * outputs];
    new IntPointer(output.get_data_handle()).get(actual);
    int last = rows - 1;
    for (int o = 0; o < outputs; o++) {
      int sum = 0;
      for (int c = 0; c < columns; c++) {
        sum += (input[last * columns + c] & 0xff) * weights[c * outputs + o];
      }
      int at = last * outputs + o;
      expect(sum == actual[at], at, actual[at], sum);
    }
  }

  private void expect(boolean equal, int index, long actual, long expected) {
    if (!equal) {
      throw new IllegalStateException(
          "%s: %d at %d where %d is right".formatted(description, actual, index, expected));
    }
  }

  private static byte[] random(int count, int low, int high) {
    SplittableRandom random = new SplittableRandom(count);
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = (byte) random.nextInt(low, high);
    }
    return values;
  }

  private memory fill(memory.desc layout, byte[] values) {
    memory result = new memory(layout, cpu);
    new BytePointer(result.get_data_handle()).put(values);
    return result;
  }

  private memory reordered(memory.desc from, byte[] values, memory.desc to) {
    memory plain = fill(from, values);
    memory result = new memory(to, cpu);
    new reorder(plain, result).execute(stream, plain, result);
    stream._wait();
    return result;
  }

  private void bind(memory source, memory weights, memory output) {
    arguments.put(DNNL_ARG_SRC, source);
    arguments.put(DNNL_ARG_WEIGHTS, weights);
    arguments.put(DNNL_ARG_DST, output);
  }

  /** Runs the primitive to its end. */
  public void run() {
    primitive.execute(stream, arguments);
    stream._wait();
  }

  /** What runs, with oneDNN's own name of the implementation. */
  public String describe() {
    return description;
  }
}
