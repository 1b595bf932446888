// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineCodeTest {
  private static final String PRINT =
      """
      @target amd64 512 32 true 25
      ============================= C1-compiled nmethod ==============================
      Compiled method (c1) 3355 1419       3       org.setun.kernels.vector.ZFold7x1::tile (1379 bytes)
      [MachCode]
        0x00007f55305df280: ffff ffff
      [/MachCode]
      Compiled method (c2) 5589 1517 %     4       org.setun.kernels.vector.ZFold7x1::tile @ 87 (1379 bytes)
      [MachCode]
        0x00007f55305df280: eeee eeee
      [/MachCode]
      Compiled method (c2) 9399 1590       4       org.setun.kernels.vector.ZFold7x1::tile (1379 bytes)
       total in heap  [0x00007f55305df188,0x00007f55305e3a78] = 18672
      [MachCode]
      [Instructions begin]
        0x00007f55305df280: 660f 1f84 | 0000 00

        0x00007f55305df298: ;   {runtime_call Shared Runtime ic_miss_blob}
        0x00007f55305df298: 5008 0f85 | 40
      [Verified Entry Point]
        0x00007f55305df2a0: c3
      [Stub Code]
        0x00007f55305df2b0: dddd
      [/MachCode]
      """;

  @Test
  void onlyTheLastCodeOfC2IsRead() throws IOException {
    List<String> marked = new ArrayList<>();
    Map<String, byte[]> codes =
        MachineCodePrint.read(new BufferedReader(new StringReader(PRINT)), marked::add);
    assertEquals(List.of("@target amd64 512 32 true 25"), marked);
    assertEquals(List.of("ZFold7x1.tile"), List.copyOf(codes.keySet()));
    assertArrayEquals(
        HexFormat.of().parseHex("660f1f8400000050080f8540c3"), codes.get("ZFold7x1.tile"));
  }

  @Test
  void vectorInstructionsAndCallsAreCounted() {
    String listing =
        """
        0000000000000000 <.data>:
           0:	mov    DWORD PTR [rsp-0x14000],eax
           7:	vpternlogd zmm1,zmm2,zmm3,0x78
           e:	vpternlogd zmm4,zmm2,zmm3,0x78
          15:	vmovdqu64 ZMMWORD PTR [rsp+0x40],zmm1
          1c:	vpbroadcastq zmm5,QWORD PTR [rdx+rcx*8+0x10]
          23:	vzeroupper
          26:	call   0x7f90
          2b:	ret
        """;
    assertEquals(
        Map.of("vpternlogd", 2, "vmovdqu64.stack", 1, "vpbroadcastq.memory", 1, "call", 1),
        InstructionCounts.of(Instruction.parse(listing.lines().toList())));
  }
}
