package dev.thrum.weave.code;

import dev.thrum.weave.WeaveException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The code of one method. Instructions are numbered from 0, and everything that the class file ties
 * to an offset (handlers, lines, variables, frames, targets) is tied to those numbers here.
 */
public final class MethodCode {

    /** The first class file format (Java 6) that records frames, which the weaver needs. */
    private static final int FIRST_WITH_FRAMES = 50;

    private final ClassModel host;
    private final MethodModel method;
    private final boolean isStatic;
    private final MethodTypeDesc type;
    private final Instruction[] instructions;
    private final int[] lines;
    private final Map<Label, Integer> positions;
    private final List<Handler> handlers;
    private final List<Variable> variables;
    private final @Nullable Frame[] recorded;
    private final int slots;

    /**
     * Code between two instructions that is protected by a handler.
     *
     * @param start the first protected instruction
     * @param end the instruction behind the last protected one
     * @param handler the first instruction of the handler
     * @param type what it catches; null for everything
     */
    public record Handler(int start, int end, int handler, @Nullable ClassEntry type) {}

    /**
     * A named local variable, for debuggers.
     *
     * @param start the first instruction of its scope
     * @param end the instruction behind its scope
     * @param slot where it is
     * @param name its name
     * @param type its descriptor, or its generic signature
     * @param generic which of the two
     */
    public record Variable(
            int start, int end, int slot, String name, String type, boolean generic) {}

    private MethodCode(ClassModel host, MethodModel method, CodeAttribute code) {
        this.host = host;
        this.method = method;
        isStatic = method.flags().has(AccessFlag.STATIC);
        type = method.methodTypeSymbol();
        slots = code.maxLocals();
        positions = new HashMap<>();
        List<Instruction> read = new ArrayList<>();
        List<CodeElement> debug = new ArrayList<>();
        List<int[]> lineStarts = new ArrayList<>();
        for (CodeElement element : code) {
            if (element instanceof Instruction instruction) {
                read.add(instruction);
            } else if (element instanceof LabelTarget target) {
                positions.put(target.label(), read.size());
            } else if (element instanceof LineNumber line) {
                lineStarts.add(new int[] {read.size(), line.line()});
            } else if (element instanceof LocalVariable || element instanceof LocalVariableType) {
                debug.add(element);
            }
        }
        instructions = read.toArray(new Instruction[0]);
        lines = lines(lineStarts);
        handlers = new ArrayList<>();
        for (ExceptionCatch range : code.exceptionHandlers()) {
            handlers.add(
                    new Handler(
                            position(range.tryStart()),
                            position(range.tryEnd()),
                            position(range.handler()),
                            range.catchType().orElse(null)));
        }
        variables = new ArrayList<>();
        for (CodeElement element : debug) {
            variables.add(variable(element));
        }
        recorded = new Frame[instructions.length + 1];
        StackMapTableAttribute table = code.findAttribute(Attributes.stackMapTable()).orElse(null);
        if (table != null) {
            FrameReader reader = new FrameReader(this, slots);
            for (StackMapFrameInfo frame : table.entries()) {
                recorded[position(frame.target())] = reader.read(frame);
            }
        }
    }

    /**
     * Reads the code of a method.
     *
     * @param host the class that declares it
     * @param method the method
     * @return its code
     * @throws WeaveException if it has none, or if the class file is of a format without frames
     */
    public static MethodCode of(ClassModel host, MethodModel method) {
        CodeModel code = method.code().orElse(null);
        if (!(code instanceof CodeAttribute attribute)) {
            throw new WeaveException(
                    describe(host, method, 0)
                            + " cannot be woven: it has no code (abstract or native).");
        }
        if (host.majorVersion() < FIRST_WITH_FRAMES) {
            throw new WeaveException(
                    describe(host, method, 0)
                            + " cannot be woven: its class file format "
                            + host.majorVersion()
                            + " is older than Java 6 ("
                            + FIRST_WITH_FRAMES
                            + "). Compile it with a current compiler.");
        }
        return new MethodCode(host, method, attribute);
    }

    private int[] lines(List<int[]> starts) {
        int[] result = new int[instructions.length];
        int next = 0;
        int line = 0;
        for (int i = 0; i < result.length; i++) {
            while (next < starts.size() && starts.get(next)[0] == i) {
                line = starts.get(next++)[1];
            }
            result[i] = line;
        }
        return result;
    }

    private Variable variable(CodeElement element) {
        if (element instanceof LocalVariable v) {
            return new Variable(
                    position(v.startScope()),
                    position(v.endScope()),
                    v.slot(),
                    v.name().stringValue(),
                    v.type().stringValue(),
                    false);
        }
        LocalVariableType v = (LocalVariableType) element;
        return new Variable(
                position(v.startScope()),
                position(v.endScope()),
                v.slot(),
                v.name().stringValue(),
                v.signature().stringValue(),
                true);
    }

    /**
     * The class that declares the method.
     *
     * @return the class
     */
    public ClassModel host() {
        return host;
    }

    /**
     * The class that declares the method.
     *
     * @return its descriptor
     */
    public ClassDesc hostDesc() {
        return host.thisClass().asSymbol();
    }

    /**
     * The method.
     *
     * @return the method
     */
    public MethodModel method() {
        return method;
    }

    /**
     * The method's name.
     *
     * @return the name
     */
    public String name() {
        return method.methodName().stringValue();
    }

    /**
     * The method's type, without the receiver.
     *
     * @return the type
     */
    public MethodTypeDesc type() {
        return type;
    }

    /**
     * Tells whether the method has no receiver.
     *
     * @return whether it is static
     */
    public boolean isStatic() {
        return isStatic;
    }

    /**
     * What the method is given, the receiver first if it has one.
     *
     * @return the types
     */
    public List<ClassDesc> parameters() {
        List<ClassDesc> all = new ArrayList<>();
        if (!isStatic) {
            all.add(hostDesc());
        }
        all.addAll(type.parameterList());
        return all;
    }

    /**
     * The number of instructions.
     *
     * @return the number
     */
    public int size() {
        return instructions.length;
    }

    /**
     * An instruction.
     *
     * @param index its number
     * @return the instruction
     */
    public Instruction at(int index) {
        return instructions[index];
    }

    /**
     * The source line of an instruction.
     *
     * @param index its number
     * @return the line; 0 if the class file has none
     */
    public int line(int index) {
        return lines[index];
    }

    /**
     * The instruction at a label.
     *
     * @param label a label of this code
     * @return its number; {@link #size()} for the end
     */
    public int position(Label label) {
        Integer position = positions.get(label);
        if (position == null) {
            throw refuse(0, "a label points between its instructions");
        }
        return position;
    }

    /**
     * The handlers, in the order in which they are tried.
     *
     * @return the handlers
     */
    public List<Handler> handlers() {
        return handlers;
    }

    /**
     * The named local variables.
     *
     * @return the variables; empty if the class was compiled without
     */
    public List<Variable> variables() {
        return variables;
    }

    /**
     * What the source calls a local variable.
     *
     * @param slot where it is
     * @param index an instruction
     * @return its name there; {@code (unnamed)} if it has none
     */
    public String variableAt(int slot, int index) {
        for (Variable variable : variables) {
            if (variable.slot() == slot && variable.start() <= index && index < variable.end()) {
                return variable.name();
            }
        }
        return "(unnamed)";
    }

    /**
     * The frame that the compiler recorded in front of an instruction.
     *
     * @param index its number
     * @return the frame; null where there is none
     */
    public @Nullable Frame recorded(int index) {
        return recorded[index];
    }

    /**
     * The number of slots for local variables.
     *
     * @return the number
     */
    public int slots() {
        return slots;
    }

    /**
     * What is in the locals when the method is entered.
     *
     * @return the frame
     */
    public Frame entry() {
        VType[] locals = new VType[slots];
        Arrays.fill(locals, VType.TOP);
        int slot = 0;
        for (ClassDesc parameter : parameters()) {
            VType parameterType = VType.of(parameter);
            locals[slot] = parameterType;
            slot += parameterType.isWide() ? 2 : 1;
        }
        return new Frame(locals, new VType[0]);
    }

    /**
     * The name of the source file.
     *
     * @return the name, null if the class file does not tell
     */
    public @Nullable String sourceFile() {
        SourceFileAttribute source = host.findAttribute(Attributes.sourceFile()).orElse(null);
        return source == null ? null : source.sourceFile().stringValue();
    }

    /**
     * An error that says why this method cannot be woven.
     *
     * @param index the instruction at fault
     * @param reason why, as the end of a sentence, with the remedy
     * @return the exception, to be thrown
     */
    public WeaveException refuse(int index, String reason) {
        int line = index < lines.length ? lines[index] : 0;
        return new WeaveException(
                describe(host, method, line) + " cannot be woven: " + reason + ".");
    }

    /**
     * Names a method for error messages.
     *
     * @param host its class
     * @param method the method
     * @param line the source line, 0 if unknown
     * @return text like {@code shop.Cart.checkout (Cart.java:42)}
     */
    public static String describe(ClassModel host, MethodModel method, int line) {
        SourceFileAttribute source = host.findAttribute(Attributes.sourceFile()).orElse(null);
        StringBuilder text = new StringBuilder();
        text.append(host.thisClass().asInternalName().replace('/', '.'));
        text.append('.').append(Origins.methodName(method.methodName().stringValue()));
        if (source != null) {
            text.append(" (").append(source.sourceFile().stringValue());
            if (line > 0) {
                text.append(':').append(line);
            }
            text.append(')');
        }
        return text.toString();
    }
}
