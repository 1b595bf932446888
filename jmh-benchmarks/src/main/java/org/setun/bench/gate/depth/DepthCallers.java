// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.depth;

import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Calls at different depths of the stack. A method with {@code n} local variables of type {@code
 * long} has an interpreted frame that is {@code 16 n} bytes longer than one with none; so a class
 * is made with a method for each depth, which must not be compiled: see {@link #CLASS_NAME}.
 */
interface DepthCallers {
  /** The class that is made; the JVM that runs it has to exclude it from compilation. */
  String CLASS_NAME = DepthCallers.class.getPackageName() + ".GeneratedCallers";

  /** How many depths there are: together they are a page of 4 KB. */
  int DEPTHS = 256;

  /** How far they are apart, in bytes: compiled code aligns its frames to as many. */
  int STEP = 16;

  /**
   * Calls.
   *
   * @param depth 0 to {@link #DEPTHS} - 1
   * @param body is called
   */
  void call(int depth, Runnable body);

  /** Makes the class; once in a process. */
  static DepthCallers make() {
    byte[] bytes = ClassFile.of().build(ClassDesc.of(CLASS_NAME), DepthCallers::build);
    try {
      return (DepthCallers)
          MethodHandles.lookup().defineClass(bytes).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void build(ClassBuilder type) {
    ClassDesc self = ClassDesc.of(CLASS_NAME);
    ClassDesc runnable = ClassDesc.of(Runnable.class.getName());
    MethodTypeDesc one = MethodTypeDesc.of(CD_void, runnable);
    type.withInterfaceSymbols(ClassDesc.of(DepthCallers.class.getName()));
    type.withMethodBody(
        INIT_NAME,
        MTD_void,
        ACC_PUBLIC,
        code -> code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_());
    for (int depth = 0; depth < DEPTHS; depth++) {
      int longs = depth;
      type.withMethodBody(
          "depth" + depth,
          one,
          ACC_STATIC,
          code -> {
            if (longs > 0) {
              // A frame has room for all variables up to the last that is used.
              code.lconst_0().lstore(1 + 2 * (longs - 1));
            }
            code.aload(0).invokeinterface(runnable, "run", MTD_void).return_();
          });
    }
    type.withMethodBody(
        "call",
        MethodTypeDesc.of(CD_void, CD_int, runnable),
        ACC_PUBLIC,
        code -> dispatch(code, self, one));
  }

  private static void dispatch(CodeBuilder code, ClassDesc self, MethodTypeDesc one) {
    Label none = code.newLabel();
    List<SwitchCase> cases =
        IntStream.range(0, DEPTHS).mapToObj(i -> SwitchCase.of(i, code.newLabel())).toList();
    code.iload(1).tableswitch(none, cases);
    for (SwitchCase each : cases) {
      code.labelBinding(each.target())
          .aload(2)
          .invokestatic(self, "depth" + each.caseValue(), one)
          .return_();
    }
    code.labelBinding(none).return_();
  }
}
