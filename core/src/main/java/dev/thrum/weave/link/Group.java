package dev.thrum.weave.link;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.Callees;
import dev.thrum.weave.Callees.Callee;
import dev.thrum.weave.Hierarchy;
import dev.thrum.weave.Report;
import dev.thrum.weave.Weaver;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.emit.LinkedAccess;
import dev.thrum.weave.emit.Machine;
import dev.thrum.weave.emit.MachineEmitter;
import dev.thrum.weave.emit.Reach;
import dev.thrum.weave.emit.Source;
import dev.thrum.weave.emit.Suspension;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A body and the methods that are woven along with it. All are woven before any is defined, so a
 * refusal leaves nothing behind. Used by one thread, which holds the lock of the nest's {@link
 * MachineClasses}.
 */
final class Group {

    private final Methods.Selected body;
    private final Awaits awaits;
    private final Callees callees;
    private final MachineClasses machines;
    private final Map<String, ClassDesc> names = new LinkedHashMap<>();
    private final List<Open> open = new ArrayList<>();
    private final List<Weaver.Woven> woven = new ArrayList<>();

    /** A method that has a name for its machine, and is to be woven. */
    private record Open(Callee callee, ClassDesc machine) {}

    Group(Methods.Selected body, MachineClasses machines) {
        this.body = body;
        this.machines = machines;
        awaits = new Awaits(body.files(), new Hierarchy(body.files()));
        callees = new Callees(new Reach(body.model(), body.files()), awaits);
    }

    /**
     * Weaves and defines.
     *
     * @return the machine of the body, not initialised; null if the body never awaits
     */
    @Nullable Class<?> link(List<Source> sources, boolean discards) {
        awaits.refuseNested(body.model(), body.method());
        if (!suspends()) {
            return null;
        }
        MethodCode code = MethodCode.of(body.model(), body.method());
        ClassDesc name = machines.nameFor(body.host().getName(), code.name());
        weave(code, new Machine(name, sources, discards));
        while (!open.isEmpty()) {
            Open next = open.removeLast();
            Callee callee = next.callee();
            awaits.refuseNested(callee.owner(), callee.method());
            MethodCode called = MethodCode.of(callee.owner(), callee.method());
            weave(called, new Machine(next.machine(), null, false));
        }
        MethodHandles.Lookup lookup = Lookups.in(body.host());
        Class<?> machine = machines.define(lookup, woven.getFirst().bytes());
        for (int i = 1; i < woven.size(); i++) {
            machines.define(lookup, woven.get(i).bytes());
        }
        machines.remember(names);
        for (Weaver.Woven each : body.host() == AwaitBody.class ? List.<Weaver.Woven>of() : woven) {
            Report.OF_PROGRAM.add("run", each);
        }
        return machine;
    }

    private boolean suspends() {
        CodeModel code = body.method().code().orElse(null);
        if (code != null) {
            for (CodeElement element : code) {
                if (awaits.isAwait(element) || callees.of(element) != null) {
                    return true;
                }
            }
        }
        return false;
    }

    private void weave(MethodCode code, Machine machine) {
        List<Suspension> suspensions = new ArrayList<>();
        for (int i = 0; i < code.size(); i++) {
            if (awaits.isAwait(code.at(i))) {
                suspensions.add(Suspension.await(i));
            } else {
                Callee callee = callees.of(code.at(i));
                if (callee != null) {
                    suspensions.add(call(i, callee));
                }
            }
        }
        LinkedAccess access =
                new LinkedAccess(code.hostDesc(), new Reach(code.host(), body.files()));
        woven.add(new Weaver(Debug.KEEPS_DEAD).weaveAndTell(code, suspensions, machine, access));
    }

    private Suspension call(int index, Callee callee) {
        ClassDesc owner = callee.owner().thisClass().asSymbol();
        MethodTypeDesc start = MachineEmitter.startType(owner, callee.method());
        Suspension.Call call = new Suspension.Call(nameOf(callee), start);
        return new Suspension(index, start.parameterCount(), call);
    }

    private ClassDesc nameOf(Callee callee) {
        String key = body.files().version(callee.owner()) + callee.key();
        ClassDesc known = machines.known(key);
        if (known == null) {
            known = names.get(key);
        }
        if (known == null) {
            String host = callee.owner().thisClass().asInternalName().replace('/', '.');
            known = machines.nameFor(host, callee.method().methodName().stringValue());
            names.put(key, known);
            open.add(new Open(callee, known));
        }
        return known;
    }
}
