package dev.thrum.weave.emit;

import dev.thrum.weave.Names;
import dev.thrum.weave.code.Frame;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.code.MethodCode.Handler;
import dev.thrum.weave.code.MethodCode.Variable;
import dev.thrum.weave.code.VType;
import dev.thrum.weave.flow.Creations;
import dev.thrum.weave.flow.Frames;
import dev.thrum.weave.flow.Liveness;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.Signature;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code step}: the original code with its locals moved up by three, a switch in front that
 * leads into it by state, and at each suspension the way out and the way back in.
 *
 * <pre>
 *   switch (label) { 0: START; k: RESUME_k }
 *   START:     locals = parameters from fields
 *              … original code …
 *              v1 … vn awaited                   operand stack at suspension k
 *              Coroutine.await(awaited, this, cx)           or see DirectAwait
 *              if not SUSPENDED goto READY_k     the common way touches no field
 *              fields = vn … v1, live locals; push k; goto LEAVE
 *   RESUMED_k: Coroutine.result(resumed)         protected by the handlers around the await
 *   READY_k:   … original code …
 *   RESUME_k:  live locals, v1 … vn = fields; goto RESUMED_k
 *   LEAVE:     label = k; return SUSPENDED
 * </pre>
 *
 * <p>{@code RESUME_k} stands behind all code and is protected by no handler, so none sees locals
 * that are half restored. It clears the reference fields that it reads: a machine holds what its
 * state needs and nothing else, also while it runs.
 */
final class StepEmitter {

    /** The machine, the context and what the await gave come before the original locals. */
    private static final int OWN_LOCALS = 3;

    private static final int CONTEXT = 1;
    private static final int RESUMED = 2;

    private final MethodCode code;
    private final Frames frames;
    private final Liveness liveness;
    private final Creations creations;
    private final Layout layout;
    private final List<Suspension> suspensions;
    private final HostAccess access;
    private final ClassDesc machine;
    private final boolean discards;
    private final boolean initializes;
    private final boolean machineIsCalled;
    private final CodeBuilder b;
    private final boolean far;
    private final Label[] labels;
    private final Label[] sites;
    private final Label[] resumed;
    private final Label leave;
    private final FrameTable table;
    private final Constructions constructions;
    private final Transfers transfers;

    /** Grows with each piece of code, so that it tells whether two frames are at one place. */
    private int written;

    private int line;

    /**
     * Prepares the writing.
     *
     * @param plan what is known of the method
     * @param machine the machine to be
     * @param access how members of the host are reached
     * @param builder where to write to
     * @param far whether jumps may be longer than 32 KB
     */
    StepEmitter(Plan plan, Machine machine, HostAccess access, CodeBuilder builder, boolean far) {
        code = plan.code();
        frames = plan.frames();
        liveness = plan.liveness();
        creations = plan.creations();
        layout = plan.layout();
        suspensions = plan.suspensions();
        this.access = access;
        this.machine = machine.name();
        discards = machine.discards();
        machineIsCalled = machine.sources() == null;
        // A called method does so in its factory: that is where it is called.
        initializes = machine.initializesLate() && MachineEmitter.initializes(code);
        this.far = far;
        b = builder;
        labels = new Label[code.size() + 1];
        sites = new Label[code.size()];
        resumed = new Label[suspensions.size()];
        leave = b.newLabel();
        table = new FrameTable(this.machine, creations, sites);
        constructions = new Constructions(b, access, OWN_LOCALS, OWN_LOCALS + code.slots());
        transfers = new Transfers(b, this.machine, OWN_LOCALS);
    }

    /** Writes all of it. */
    void emit() {
        Label[] resumes = new Label[suspensions.size()];
        for (int k = 0; k < resumes.length; k++) {
            resumes[k] = b.newLabel();
            resumed[k] = b.newLabel();
        }
        prologue(resumes);
        int next = 0;
        for (int i = 0; i < code.size(); i++) {
            enter(i);
            if (next < resumes.length && suspensions.get(next).index() == i) {
                suspend(next++);
            } else if (next == resumes.length
                    || suspensions.get(next).index() != i + 1
                    || direct(suspensions.get(next)) == null) {
                instruction(i);
            } // else the await, which comes next, does this, too
        }
        b.labelBinding(label(code.size()));
        for (int k = 0; k < resumes.length; k++) {
            resume(k, resumes[k]);
        }
        if (resumes.length > 0) {
            leave();
        }
        tables();
    }

    private void prologue(Label[] resumes) {
        Label start = b.newLabel();
        // If the class of a called method cannot be initialised, that is no line of the method.
        boolean unnumbered = initializes && machineIsCalled;
        if (!unnumbered) {
            line(0);
        }
        if (resumes.length > 0) {
            List<SwitchCase> cases = new ArrayList<>(resumes.length);
            for (int k = 0; k < resumes.length; k++) {
                cases.add(SwitchCase.of(k + 1, resumes[k]));
            }
            b.aload(0).getfield(machine, "label", ConstantDescs.CD_int);
            b.tableswitch(1, resumes.length, start, cases);
            b.labelBinding(start);
            table.addBare(start, written);
        }
        if (initializes) {
            access.initialize(b);
            written++;
        }
        if (unnumbered) {
            line(0);
        }
        if (!layout.start().locals().isEmpty()) {
            transfers.restore(layout.start());
            written++;
        }
    }

    /** Binds what the class file ties to the place in front of an instruction. */
    private void enter(int index) {
        Frame frame = code.recorded(index);
        Label label = label(index);
        b.labelBinding(label);
        if (frame != null) {
            table.add(label, written, frame, liveness.before(index), frame.depth(), false);
        }
        line(index);
    }

    private void line(int index) {
        int at = code.line(index);
        if (at != line && at != 0) {
            line = at;
            b.lineNumber(at);
        }
    }

    private Label label(int index) {
        Label label = labels[index];
        if (label == null) {
            label = b.newLabel();
            labels[index] = label;
        }
        return label;
    }

    private Label label(Label original) {
        return label(code.position(original));
    }

    private void instruction(int index) {
        written++;
        Instruction instruction = code.at(index);
        if (instruction instanceof LoadInstruction load) {
            b.loadLocal(load.typeKind(), load.slot() + OWN_LOCALS);
            transfers.uses(load.slot(), load.typeKind());
        } else if (instruction instanceof StoreInstruction store) {
            b.storeLocal(store.typeKind(), store.slot() + OWN_LOCALS);
            transfers.uses(store.slot(), store.typeKind());
        } else if (instruction instanceof IncrementInstruction increment) {
            b.iinc(increment.slot() + OWN_LOCALS, increment.constant());
        } else if (instruction instanceof ReturnInstruction) {
            result();
        } else if (instruction instanceof BranchInstruction branch) {
            branch(index, branch);
        } else if (instruction instanceof TableSwitchInstruction table) {
            b.tableswitch(
                    table.lowValue(),
                    table.highValue(),
                    label(table.defaultTarget()),
                    cases(table.cases()));
        } else if (instruction instanceof LookupSwitchInstruction lookup) {
            b.lookupswitch(label(lookup.defaultTarget()), cases(lookup.cases()));
        } else if (instruction instanceof NewObjectInstruction creation) {
            create(index, creation);
        } else if (isConstructor(instruction)) {
            construct(index, (InvokeInstruction) instruction);
        } else if (!access.replace(b, instruction)) {
            b.with(instruction);
        }
    }

    private void result() {
        ClassDesc type = code.type().returnType();
        if (discards) {
            // What was on the stack is dropped with it.
            b.aconst_null();
        } else {
            Boxing.box(b, type);
        }
        b.areturn();
    }

    private List<SwitchCase> cases(List<SwitchCase> original) {
        List<SwitchCase> cases = new ArrayList<>(original.size());
        for (SwitchCase next : original) {
            cases.add(SwitchCase.of(next.caseValue(), label(next.target())));
        }
        return cases;
    }

    private void branch(int index, BranchInstruction branch) {
        Label target = label(branch.target());
        Opcode opcode = branch.opcode();
        if (!far) {
            b.branch(opcode, target);
        } else if (opcode == Opcode.GOTO || opcode == Opcode.GOTO_W) {
            b.goto_w(target);
        } else {
            Label next = b.newLabel();
            b.branch(Jumps.inverse(opcode), next).goto_w(target).labelBinding(next);
            Frame frame = frames.before(index + 1);
            table.add(next, written, frame, liveness.before(index + 1), frame.depth(), false);
        }
    }

    private static boolean isConstructor(Instruction instruction) {
        return instruction instanceof InvokeInstruction invoke
                && invoke.opcode() == Opcode.INVOKESPECIAL
                && invoke.name().equalsString(ConstantDescs.INIT_NAME);
    }

    private void create(int index, NewObjectInstruction creation) {
        if (creations.isLate(index)) {
            // Allocated for its effect only: Java initialises the class here, and may fail here.
            b.new_(creation.className()).pop().aconst_null();
        } else {
            sites[index] = label(index);
            b.new_(creation.className());
        }
    }

    private void construct(int index, InvokeInstruction invoke) {
        Frame frame = frames.before(index);
        VType receiver = frame.top(invoke.typeSymbol().parameterCount());
        if (receiver.isFresh() && creations.isLate(receiver.site())) {
            constructions.construct(frame, receiver, invoke.typeSymbol());
        } else {
            b.with(invoke);
        }
    }

    private void suspend(int k) {
        Suspension suspension = suspensions.get(k);
        Suspension.Call call = suspension.call();
        if (call != null) {
            access.start(b, call.machine(), call.start());
        }
        Label ready = b.newLabel();
        b.aload(0).aload(CONTEXT);
        DirectAwait direct = direct(suspension);
        if (direct != null) {
            direct.call(b);
        } else {
            b.invokestatic(Names.CD_COROUTINE, "await", Names.MT_AWAIT);
        }
        b.dup()
                .getstatic(Names.CD_COROUTINE, "SUSPENDED", ConstantDescs.CD_Object)
                .if_acmpne(ready)
                .pop();
        transfers.save(layout.state(k));
        b.loadConstant(k + 1);
        jump(leave);
        written++;
        mark(resumed[k], suspension, false);
        b.aload(RESUMED).invokestatic(Names.CD_COROUTINE, "result", Names.MT_RESULT);
        written++;
        mark(ready, suspension, true);
        if (call != null) {
            InvokeInstruction replaced = (InvokeInstruction) code.at(suspension.index());
            if (Boxing.unbox(b, replaced.typeSymbol().returnType())) {
                written++;
            }
        }
    }

    private @Nullable DirectAwait direct(Suspension suspension) {
        return suspension.call() == null ? DirectAwait.at(code, suspension.index()) : null;
    }

    private void mark(Label label, Suspension suspension, boolean result) {
        b.labelBinding(label);
        Frame frame = frames.before(suspension.index());
        int depth = frame.depth() - suspension.consumed();
        table.add(label, written, frame, liveness.during(suspension.index()), depth, result);
    }

    private void resume(int k, Label resume) {
        b.labelBinding(resume);
        table.addBare(resume, written);
        line(suspensions.get(k).index());
        transfers.restore(layout.state(k));
        jump(resumed[k]);
        written++;
    }

    /** The way out of all states: the number of the state is on the stack. */
    private void leave() {
        b.labelBinding(leave);
        table.addLeaving(leave, written);
        b.aload(0)
                .swap()
                .putfield(machine, "label", ConstantDescs.CD_int)
                .getstatic(Names.CD_COROUTINE, "SUSPENDED", ConstantDescs.CD_Object)
                .areturn();
        written++;
    }

    private void jump(Label target) {
        if (far) {
            b.goto_w(target);
        } else {
            b.goto_(target);
        }
    }

    private void tables() {
        for (Handler handler : code.handlers()) {
            Label start = label(handler.start());
            Label end = label(handler.end());
            if (handler.type() == null) {
                b.exceptionCatchAll(start, end, label(handler.handler()));
            } else {
                b.exceptionCatch(start, end, label(handler.handler()), handler.type());
            }
        }
        for (Variable variable : code.variables()) {
            Label start = label(variable.start());
            Label end = label(variable.end());
            int slot = variable.slot() + OWN_LOCALS;
            TypeKind kind =
                    variable.generic()
                            ? TypeKind.REFERENCE
                            : TypeKind.fromDescriptor(variable.type());
            if (variable.slot() + kind.slotSize() > transfers.usedSlots()) {
                continue;
            }
            if (variable.generic()) {
                Signature signature = Signature.parseFrom(variable.type());
                b.localVariableType(slot, variable.name(), signature, start, end);
            } else {
                ClassDesc type = ClassDesc.ofDescriptor(variable.type());
                b.localVariable(slot, variable.name(), type, start, end);
            }
        }
        table.writeTo(b);
    }
}
