package dev.thrum.weave;

import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.code.VType;
import dev.thrum.weave.emit.HostAccess;
import dev.thrum.weave.emit.Layout;
import dev.thrum.weave.emit.Machine;
import dev.thrum.weave.emit.MachineEmitter;
import dev.thrum.weave.emit.Plan;
import dev.thrum.weave.emit.Suspension;
import dev.thrum.weave.flow.Creations;
import dev.thrum.weave.flow.Frames;
import dev.thrum.weave.flow.Graph;
import dev.thrum.weave.flow.Liveness;
import dev.thrum.weave.flow.Monitors;
import java.lang.classfile.ClassFile;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ConstantDescs;
import java.util.List;

/**
 * Makes the state machine of a method, by running the passes. It has no state: the same input gives
 * the same bytes.
 */
public final class Weaver {

    private final boolean keepDead;

    /**
     * Creates a weaver.
     *
     * @param keepDead whether variables are to be kept as long as they are in scope, for a
     *     debugger, and not only as long as they are needed
     */
    public Weaver(boolean keepDead) {
        this.keepDead = keepDead;
    }

    /** A woven method. */
    public static final class Woven {

        private final byte[] bytes;
        private final Plan plan;

        Woven(byte[] bytes, Plan plan) {
            this.bytes = bytes;
            this.plan = plan;
        }

        /**
         * The class file of the machine.
         *
         * @return its bytes, not a copy
         */
        public byte[] bytes() {
            return bytes;
        }

        /**
         * Describes it for a {@link Report}.
         *
         * @return all columns but the first
         */
        public String summary() {
            return plan.summary();
        }
    }

    /**
     * Weaves a method.
     *
     * @param code the method
     * @param suspensions where it may be suspended, by instruction
     * @param machine what the machine is called, and how it is made
     * @param access how members of the host are reached
     * @return the class file of the machine
     * @throws WeaveException if the method cannot be woven
     */
    public byte[] weave(
            MethodCode code, List<Suspension> suspensions, Machine machine, HostAccess access) {
        return weaveAndTell(code, suspensions, machine, access).bytes();
    }

    /**
     * Weaves a method, as {@link #weave}.
     *
     * @param code the method
     * @param suspensions where it may be suspended, by instruction
     * @param machine what the machine is called, and how it is made
     * @param access how members of the host are reached
     * @return the class file of the machine, and what it was made from
     * @throws WeaveException if the method cannot be woven
     */
    public Woven weaveAndTell(
            MethodCode code, List<Suspension> suspensions, Machine machine, HostAccess access) {
        if (keepDead) {
            try {
                return weave(code, suspensions, machine, access, true);
            } catch (WeaveException refusal) {
                // More values make more code: what is too large with them may do without.
                return weave(code, suspensions, machine, access, false);
            }
        }
        return weave(code, suspensions, machine, access, false);
    }

    private static Woven weave(
            MethodCode code,
            List<Suspension> suspensions,
            Machine machine,
            HostAccess access,
            boolean keepAll) {
        Frames frames = Frames.of(code);
        Graph graph = new Graph(code);
        refuseMonitors(code, graph, suspensions);
        Liveness liveness = new Liveness(code, graph, frames, keepAll);
        int[] indices = new int[suspensions.size()];
        for (int k = 0; k < indices.length; k++) {
            indices[k] = suspensions.get(k).index();
        }
        Creations creations = new Creations(frames, indices);
        addUnreachable(code, frames, creations, access);
        Layout layout = new Layout(frames, liveness, suspensions);
        Plan plan = new Plan(code, frames, liveness, creations, suspensions, layout);
        return new Woven(new MachineEmitter(plan, machine, access).emit(), plan);
    }

    private static void refuseMonitors(MethodCode code, Graph graph, List<Suspension> suspensions) {
        if (suspensions.isEmpty()) {
            return;
        }
        if ((code.method().flags().flagsMask() & ClassFile.ACC_SYNCHRONIZED) != 0) {
            throw code.refuse(
                    suspensions.getFirst().index(), monitor("the method is synchronized"));
        }
        Monitors monitors = new Monitors(code, graph);
        for (Suspension suspension : suspensions) {
            if (monitors.heldAt(suspension.index()) > 0) {
                throw code.refuse(
                        suspension.index(), monitor("it awaits inside a synchronized block"));
            }
        }
    }

    private static String monitor(String where) {
        return where.concat(
                ", and a monitor belongs to a thread, which a suspended task gives up; use"
                        + " dev.thrum.sync.Mutex, or leave the monitor before you await");
    }

    private static void addUnreachable(
            MethodCode code, Frames frames, Creations creations, HostAccess access) {
        for (int i = 0; i < code.size(); i++) {
            if (code.at(i) instanceof InvokeInstruction invoke
                    && invoke.opcode() == Opcode.INVOKESPECIAL
                    && invoke.name().equalsString(ConstantDescs.INIT_NAME)
                    && !access.reachesConstructor(invoke.owner().asSymbol(), invoke.typeSymbol())) {
                VType receiver = frames.before(i).top(invoke.typeSymbol().parameterCount());
                if (receiver.isFresh()) {
                    creations.addLate(receiver.site());
                }
            }
        }
    }
}
