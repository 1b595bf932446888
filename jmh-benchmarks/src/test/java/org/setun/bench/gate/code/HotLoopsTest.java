// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HotLoopsTest {
  private static final CodeTarget TARGET = new CodeTarget("amd64", 256, 16, false, "25");

  private static HotLoops loops(String listing) {
    return HotLoops.of(Instruction.parse(listing.lines().toList()));
  }

  @Test
  void spillsOutsideLoopsDoNotCount() {
    assertEquals(
        new HotLoops(1, 1, 0),
        loops(
            """
            0:	vmovdqu YMMWORD PTR [rsp+0x20],ymm1
            4:	vpxor  ymm1,ymm2,ymm3
            8:	cmp    eax,ebx
            c:	jl     0x4
            10:	vmovdqu ymm1,YMMWORD PTR [rsp+0x20]
            14:	ret
            """));
  }

  @Test
  void spillsInsideDoAndSoDoBlocksMovedOutOfLine() {
    assertEquals(
        new HotLoops(1, 4, 2),
        loops(
            """
            0:	xor    eax,eax
            4:	vpxor  ymm1,ymm1,YMMWORD PTR [rsp+0x40]
            8:	je     0x18
            c:	vpand  ymm1,ymm2,ymm3
            10:	jl     0x4
            14:	jmp    0x24
            18:	vmovdqu YMMWORD PTR [rsp+0x20],ymm1
            1c:	vpaddq ymm1,ymm2,ymm3
            20:	jmp    0xc
            24:	ret
            """));
  }

  @Test
  void whatStandsBeforeACallIsNotOfTheLoop() {
    assertEquals(
        new HotLoops(1, 1, 0),
        loops(
            """
            0:	vpxor  ymm1,ymm2,ymm3
            4:	jae    0x10
            8:	jl     0x0
            c:	ret
            10:	vmovdqu YMMWORD PTR [rsp+0x20],ymm1
            14:	call   0x7f90
            18:	jmp    0x0
            """));
  }

  @Test
  void loopAroundALoopIsHotIfItHasMoreVectors() {
    String loop =
        """
        0:	vmovdqu YMMWORD PTR [rsp+0x20],ymm1
        4:	vpxor  ymm1,ymm2,ymm3
        8:	vpand  ymm1,ymm2,ymm3
        c:	jl     0x4
        10:	jl     0x0
        14:	ret
        """;
    assertEquals(new HotLoops(1, 2, 0), loops(loop));
    assertEquals(new HotLoops(2, 2, 1), loops(loop.replace("vpand ", "add   ")));
  }

  @Test
  void codeWithoutLoops() {
    assertEquals(new HotLoops(0, 0, 0), loops(""));
    assertEquals(
        new HotLoops(0, 0, 0), loops("0:\tvpxor ymm1,ymm2,[rsp]\n8:\tjmp rax\nc:\tjmp 0x7f0\n"));
  }

  @Test
  void onlyKernelsThatMayBeChosenAreWrong() {
    List<Instruction> spills =
        Instruction.parse(List.of("0:\tvpxor ymm1,ymm2,[rsp+0x20]", "8:\tjl 0x0"));
    List<Instruction> straight = Instruction.parse(List.of("0:\tret"));
    CompiledKernels kernels =
        new CompiledKernels(
            TARGET,
            Set.of("Chosen.tile", "Gone.tile", "Straight.acc"),
            Map.of("Chosen.tile", spills, "Other.tile", spills, "Straight.acc", straight));
    assertEquals(
        List.of(
            "Chosen.tile may be chosen here, but touches the stack in its loop: 1 of 1 vector"
                + " instructions",
            "Gone.tile may be chosen here, but C2 did not compile it",
            "Straight.acc may be chosen here, but no loop with vectors is found in its code"),
        kernels.errors());
    assertEquals(List.of("Other.tile 1"), kernels.spillsLeftOut());
  }
}
