// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.checkpoint.Checkpoint;

/** One network in all the wrappings that training code puts around it, against PyTorch's logits. */
class TorchFilesTest {
  private static final Path FOLDER = Path.of(System.getProperty("setun.testdata"), "torch-files");

  private static Model load(String file, String state) throws IOException {
    return Model.load(
        FOLDER.resolve(file),
        new LoadOptions(
            Optional.of(FOLDER.resolve("arch.json").toString()),
            LoadOptions.DEFAULT.methods(),
            Optional.ofNullable(state)));
  }

  private static void assertGivesPyTorchsLogits(Model model) throws IOException {
    float[] images;
    try (Checkpoint io = Checkpoint.open(FOLDER.resolve("in.safetensors"))) {
      images = io.stateDict().tensor("input").toFloats();
    }
    byte[] npy = Files.readAllBytes(FOLDER.resolve("expected.npy"));
    int batch = images.length / model.network().inputShape().size();
    float[] expected = new float[batch * model.network().outputShape().size()];
    ByteBuffer.wrap(npy, npy.length - expected.length * Float.BYTES, expected.length * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(expected);
    float[] actual = new float[expected.length];
    model.network().session().run(images, actual, batch);
    assertArrayEquals(expected, actual, 1e-5f);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a-plain.pth",
        "b-wholemodule.pth",
        "extra-defaultdict.pth",
        "extra-device.pth",
        "extra-namespace.pth",
        "extra-npfloat.pth",
        "extra-path.pth",
        "extra-set.pth",
        "j-compiled.pth",
        "k-backbone.pth",
        "y-deflated.pth",
        "zz-f8.pth",
        "zz-outside-sparse.pth",
        "made-deep.pth",
        "made-lightning.ckpt",
        "made-numpy.pth",
        "made-numpy-protocol5.pth",
        "made-objects.pth",
        "made-plain-pickle.pkl",
        "made-types.pth",
        "made-whole-legacy.pth",
        "made-whole-parallel.pth",
        "made-yolo.pt",
      })
  void givesPyTorchsLogits(String file) throws Exception {
    assertGivesPyTorchsLogits(load(file, null));
  }

  @ParameterizedTest
  @CsvSource({
    "zz-basicsr.pth, params_ema",
    "zz-gan.pth, gen",
    "made-timm.pth.tar, state_dict",
    "made-deep.pth, weights",
    "made-deep.pth, nested",
  })
  void theStateDictThatIsNamedIsRead(String file, String state) throws Exception {
    assertGivesPyTorchsLogits(load(file, state));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "zz-gan.pth, , \"holds 2 state dicts: 'gen' (15 tensors), 'disc' (15 tensors)\"",
        "made-timm.pth.tar, , \"'state_dict_ema' (15 tensors, weights averaged over training"
            + " (EMA))\"",
        "made-timm.pth.tar, , --state",
        "zz-gan.pth, generator, \"no state dict 'generator'; it holds 'gen'\"",
        "o-quantized.pth, , \"conv1.weight: is quantized (qint8)\"",
      })
  void whatIsNotClearIsNamed(String file, String state, String message) {
    IOException e = assertThrows(IOException.class, () -> load(file, state));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void aWholeNetworkHasTheKeysOfItsStateDict() throws Exception {
    try (Checkpoint plain = Checkpoint.open(FOLDER.resolve("a-plain.pth"));
        Checkpoint whole = Checkpoint.open(FOLDER.resolve("made-whole-parallel.pth"))) {
      assertEquals(plain.stateDict().names(), whole.stateDict().names());
      assertEquals("module.", whole.stateDict().strippedPrefix());
    }
  }

  @Test
  void aKeyIsFoundWithItsPrefixAndWithout() throws Exception {
    try (Checkpoint file = Checkpoint.open(FOLDER.resolve("made-objects.pth"))) {
      assertEquals("module._orig_mod.", file.stateDict().strippedPrefix());
      for (String prefix : new String[] {"", "_orig_mod.", "module._orig_mod."}) {
        assertTrue(file.stateDict().contains(prefix + "fc.bias"), prefix);
        assertEquals("fc.bias", file.stateDict().tensor(prefix + "fc.bias").name());
      }
      assertTrue(!file.stateDict().contains("module.fc.bias"));
    }
  }

  @Test
  void tensorsThatCannotBeReadAreNamed() throws Exception {
    try (Checkpoint file = Checkpoint.open(FOLDER.resolve("made-types.pth"))) {
      assertEquals(
          "[c64, u16, csr, meta, conj]", file.stateDict().unreadable().keySet().toString());
    }
  }
}
