package dev.thrum.weave.flow;

import dev.thrum.weave.code.Frame;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.code.VType;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.ConstantDynamicEntry;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.NopInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;

/** What one instruction does to a frame (JVMS 4.10.1.9, without its checks). */
final class Interpreter {

    private Interpreter() {}

    /**
     * The frame behind an instruction, when control falls through.
     *
     * @return the frame; null if it never falls through
     */
    static @Nullable Frame after(MethodCode code, int index, Frame f) {
        Instruction instruction = code.at(index);
        if (instruction instanceof LoadInstruction load) {
            return f.push(f.local(load.slot()));
        }
        if (instruction instanceof StoreInstruction store) {
            return f.pop(1).withLocal(store.slot(), f.top(0));
        }
        if (instruction instanceof InvokeInstruction invoke) {
            return invoke(invoke, f);
        }
        if (instruction instanceof InvokeDynamicInstruction dynamic) {
            return call(dynamic.typeSymbol(), 0, f);
        }
        if (instruction instanceof FieldInstruction field) {
            return field(field, f);
        }
        if (instruction instanceof ConstantInstruction constant) {
            return f.push(constant(constant));
        }
        if (instruction instanceof BranchInstruction branch) {
            return branch(branch.opcode(), f);
        }
        if (instruction instanceof StackInstruction stack) {
            return StackOps.apply(stack.opcode(), f);
        }
        if (instruction instanceof TypeCheckInstruction check) {
            boolean cast = check.opcode() == Opcode.CHECKCAST;
            return f.pop(1).push(cast ? VType.of(check.type().asSymbol()) : VType.INT);
        }
        if (instruction instanceof NewObjectInstruction creation) {
            VType fresh = VType.fresh(index, creation.className().asSymbol());
            return f.replace(fresh, VType.TOP).push(fresh);
        }
        if (instruction instanceof OperatorInstruction operator) {
            return operator(operator, f);
        }
        if (instruction instanceof ConvertInstruction convert) {
            return f.pop(1).push(VType.of(convert.toType()));
        }
        if (instruction instanceof ReturnInstruction
                || instruction instanceof ThrowInstruction
                || instruction instanceof TableSwitchInstruction
                || instruction instanceof LookupSwitchInstruction) {
            return null;
        }
        if (instruction instanceof IncrementInstruction || instruction instanceof NopInstruction) {
            return f;
        }
        if (instruction instanceof MonitorInstruction) {
            return f.pop(1);
        }
        return array(code, index, f);
    }

    private static Frame array(MethodCode code, int index, Frame f) {
        Instruction instruction = code.at(index);
        if (instruction instanceof ArrayLoadInstruction load) {
            VType element =
                    load.typeKind() == TypeKind.REFERENCE
                            ? f.top(1).component()
                            : VType.of(load.typeKind());
            return f.pop(2).push(element);
        }
        if (instruction instanceof ArrayStoreInstruction) {
            return f.pop(3);
        }
        if (instruction instanceof NewPrimitiveArrayInstruction primitive) {
            return f.pop(1).push(VType.of(primitive.typeKind().upperBound().arrayType()));
        }
        if (instruction instanceof NewReferenceArrayInstruction reference) {
            return f.pop(1).push(VType.of(reference.componentType().asSymbol().arrayType()));
        }
        if (instruction instanceof NewMultiArrayInstruction multi) {
            return f.pop(multi.dimensions()).push(VType.of(multi.arrayType().asSymbol()));
        }
        throw code.refuse(
                index,
                "it uses "
                        + instruction.opcode()
                        + ", a subroutine of old compilers; compile it with a current one");
    }

    private static Frame invoke(InvokeInstruction invoke, Frame f) {
        MethodTypeDesc type = invoke.typeSymbol();
        if (invoke.opcode() == Opcode.INVOKESTATIC) {
            return call(type, 0, f);
        }
        if (invoke.opcode() == Opcode.INVOKESPECIAL
                && invoke.name().equalsString(ConstantDescs.INIT_NAME)) {
            int arguments = type.parameterCount();
            VType receiver = f.top(arguments);
            return f.pop(arguments + 1).replace(receiver, VType.of(receiver.desc()));
        }
        return call(type, 1, f);
    }

    private static Frame call(MethodTypeDesc type, int receivers, Frame f) {
        Frame popped = f.pop(type.parameterCount() + receivers);
        ClassDesc result = type.returnType();
        return result.equals(ConstantDescs.CD_void) ? popped : popped.push(VType.of(result));
    }

    private static Frame field(FieldInstruction field, Frame f) {
        return switch (field.opcode()) {
            case GETSTATIC -> f.push(VType.of(field.typeSymbol()));
            case PUTSTATIC -> f.pop(1);
            case GETFIELD -> f.pop(1).push(VType.of(field.typeSymbol()));
            default -> f.pop(2);
        };
    }

    private static VType constant(ConstantInstruction constant) {
        if (constant.opcode() == Opcode.ACONST_NULL) {
            return VType.NULL;
        }
        if (constant instanceof ConstantInstruction.LoadConstantInstruction load) {
            LoadableConstantEntry entry = load.constantEntry();
            if (entry instanceof StringEntry) {
                return VType.of(ConstantDescs.CD_String);
            }
            if (entry instanceof ClassEntry) {
                return VType.of(ConstantDescs.CD_Class);
            }
            if (entry instanceof MethodHandleEntry) {
                return VType.of(ConstantDescs.CD_MethodHandle);
            }
            if (entry instanceof MethodTypeEntry) {
                return VType.of(ConstantDescs.CD_MethodType);
            }
            if (entry instanceof ConstantDynamicEntry dynamic) {
                return VType.of(dynamic.typeSymbol());
            }
        }
        return VType.of(constant.typeKind());
    }

    private static @Nullable Frame branch(Opcode opcode, Frame f) {
        return switch (opcode) {
            case GOTO, GOTO_W -> null;
            case IFEQ, IFNE, IFLT, IFGE, IFGT, IFLE, IFNULL, IFNONNULL -> f.pop(1);
            default -> f.pop(2);
        };
    }

    private static Frame operator(OperatorInstruction operator, Frame f) {
        return switch (operator.opcode()) {
            case ARRAYLENGTH -> f.pop(1).push(VType.INT);
            case INEG, LNEG, FNEG, DNEG -> f;
            case LCMP, FCMPL, FCMPG, DCMPL, DCMPG -> f.pop(2).push(VType.INT);
            default -> f.pop(1).pop(1).push(f.top(1));
        };
    }
}
