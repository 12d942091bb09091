package dev.thrum.ways;

import com.sun.jdi.AbsentInformationException;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.LocalVariable;
import com.sun.jdi.Location;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.LocatableEvent;
import com.sun.jdi.event.StepEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequestManager;
import com.sun.jdi.request.StepRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A program under a debugger that does what people do: line breakpoints, steps, variables. */
final class Debuggee implements AutoCloseable {
    private final List<Integer> lines;
    private final VirtualMachine vm;

    /** Launches a program, a class and perhaps arguments, and has it stop at some lines. */
    Debuggee(Program program, String main, List<Integer> lines) throws Exception {
        this.lines = lines;
        LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("main").setValue(main);
        arguments
                .get("options")
                .setValue(
                        program.options().stream()
                                .map(option -> '"' + option + '"')
                                .collect(Collectors.joining(" ")));
        vm = connector.launch(arguments);
        ClassPrepareRequest prepared = vm.eventRequestManager().createClassPrepareRequest();
        prepared.addClassFilter(
                main.split(" ")[0] + "*"); // as debuggers look for lambdas and nested classes
        prepared.enable();
    }

    /** Goes on to the next stop, null at the end of the program. */
    LocatableEvent next() throws Exception {
        vm.resume();
        while (true) {
            EventSet events = vm.eventQueue().remove();
            for (Event event : events) {
                switch (event) {
                    case ClassPrepareEvent prepare -> breakpoints(prepare.referenceType());
                    case BreakpointEvent stop -> {
                        return stop;
                    }
                    case StepEvent stop -> {
                        vm.eventRequestManager().deleteEventRequest(stop.request());
                        return stop;
                    }
                    case VMDisconnectEvent _ -> {
                        return null;
                    }
                    default -> {}
                }
            }
            events.resume();
        }
    }

    private void breakpoints(ReferenceType type) {
        EventRequestManager requests = vm.eventRequestManager();
        try {
            for (int line : lines) {
                for (Location location : type.locationsOfLine(line)) {
                    requests.createBreakpointRequest(location).enable();
                }
            }
        } catch (AbsentInformationException noLines) {
            // A class without lines has no place to stop.
        }
    }

    /**
     * Gives a loaded class other code.
     *
     * @return null if the JVM has accepted it, else why it has not
     */
    String redefine(String name, byte[] code) {
        try {
            vm.redefineClasses(Map.of(vm.classesByName(name).getFirst(), code));
            return null;
        } catch (UnsupportedOperationException refused) {
            return refused.getMessage();
        }
    }

    boolean isLoaded(String name) {
        return !vm.classesByName(name).isEmpty();
    }

    /** What it has written; to be asked at its end. */
    String output() throws IOException {
        return new String(vm.process().getInputStream().readAllBytes());
    }

    /** Lets it stop at no line any more. */
    void forgetLines() {
        vm.eventRequestManager().deleteAllBreakpoints();
    }

    /** Steps over the line at which a thread has stopped; null if the program ends before. */
    LocatableEvent stepOver(ThreadReference thread) throws Exception {
        return stepOver(thread, List.of("java.*", "jdk.*", "sun.*", "dev.thrum.*"));
    }

    /** As {@link #stepOver(ThreadReference)}, with other classes that are no place to stop. */
    LocatableEvent stepOver(ThreadReference thread, List<String> machinery) throws Exception {
        LocatableEvent stop;
        do {
            StepRequest step =
                    vm.eventRequestManager()
                            .createStepRequest(
                                    thread, StepRequest.STEP_LINE, StepRequest.STEP_OVER);
            machinery.forEach(step::addClassExclusionFilter);
            step.enable();
            stop = next();
        } while (stop != null && isMade(stop)); // as debuggers go on from there
        return stop;
    }

    /** In a synthetic method without lines: of a lambda's those are the user's. */
    private static boolean isMade(LocatableEvent stop) {
        return stop.location().method().isSynthetic() && stop.location().lineNumber() < 0;
    }

    /** The variables that a debugger shows in a stopped frame. */
    static Map<String, String> variables(LocatableEvent stop) throws Exception {
        StackFrame frame = stop.thread().frame(0);
        Map<String, String> variables = new TreeMap<>();
        for (LocalVariable variable : frame.visibleVariables()) {
            variables.put(variable.name(), String.valueOf(frame.getValue(variable)));
        }
        return variables;
    }

    @Override
    public void close() {
        try {
            vm.exit(0);
        } catch (VMDisconnectedException ended) {
            // It has ended by itself.
        }
    }
}
