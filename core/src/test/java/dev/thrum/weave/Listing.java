package dev.thrum.weave;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A machine as text: what it keeps, and the code of the body. */
final class Listing {

    private final Map<Label, String> labels = new HashMap<>();
    private final StringBuilder text = new StringBuilder();

    private Listing() {}

    static String of(byte[] machine) {
        return new Listing().write(ClassFile.of().parse(machine));
    }

    private String write(ClassModel model) {
        line("class " + model.thisClass().asInternalName());
        for (FieldModel field : model.fields()) {
            line("  keeps " + field.fieldName() + " " + name(field.fieldTypeSymbol()));
        }
        for (MethodModel method : model.methods()) {
            String type = signature(method.methodTypeSymbol());
            line("  " + method.methodName() + type);
            if (method.methodType().equalsString(Names.MT_STEP.descriptorString())) {
                code(method.code().orElseThrow());
            }
        }
        return text.toString();
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private void code(CodeModel code) {
        Set<Label> targets = new java.util.HashSet<>();
        code.forEach(element -> targets.addAll(targetsOf(element)));
        Map<Integer, List<Label>> places = new TreeMap<>();
        for (Label label : targets) {
            int place = ((java.lang.classfile.attribute.CodeAttribute) code).labelToBci(label);
            places.computeIfAbsent(place, none -> new ArrayList<>()).add(label);
        }
        int next = 0;
        for (List<Label> same : places.values()) {
            String name = "L" + next++;
            same.forEach(label -> labels.put(label, name));
        }
        String last = "";
        for (CodeElement element : code) {
            if (element instanceof LabelTarget target && labels.containsKey(target.label())) {
                String label = labels.get(target.label());
                if (!label.equals(last)) {
                    line("   " + label + ":");
                    last = label;
                }
            } else if (element instanceof LineNumber number) {
                line("      -- line " + number.line());
            } else if (element instanceof Instruction instruction) {
                line("      " + text(instruction));
            } else if (element instanceof ExceptionCatch range) {
                String type = range.catchType().map(t -> name(t.asSymbol())).orElse("anything");
                line(
                        "   catch %s from %s to %s at %s"
                                .formatted(
                                        type,
                                        labels.get(range.tryStart()),
                                        labels.get(range.tryEnd()),
                                        labels.get(range.handler())));
            } else if (element instanceof LocalVariable variable) {
                line(
                        "   variable %s %s in %d from %s to %s"
                                .formatted(
                                        name(variable.typeSymbol()),
                                        variable.name(),
                                        variable.slot(),
                                        labels.get(variable.startScope()),
                                        labels.get(variable.endScope())));
            }
        }
        code.findAttribute(Attributes.stackMapTable())
                .ifPresent(table -> line("   " + table.entries().size() + " frames"));
    }

    private static List<Label> targetsOf(CodeElement element) {
        List<Label> targets = new ArrayList<>();
        switch (element) {
            case BranchInstruction branch -> targets.add(branch.target());
            case TableSwitchInstruction table -> {
                targets.add(table.defaultTarget());
                table.cases().forEach(c -> targets.add(c.target()));
            }
            case LookupSwitchInstruction lookup -> {
                targets.add(lookup.defaultTarget());
                lookup.cases().forEach(c -> targets.add(c.target()));
            }
            case ExceptionCatch range ->
                    targets.addAll(List.of(range.tryStart(), range.tryEnd(), range.handler()));
            case LocalVariable variable ->
                    targets.addAll(List.of(variable.startScope(), variable.endScope()));
            default -> {}
        }
        return targets;
    }

    private String text(Instruction instruction) {
        String name = instruction.opcode().name().toLowerCase(java.util.Locale.ROOT);
        return switch (instruction) {
            case LoadInstruction load -> name.replaceAll("_.*", "") + " " + load.slot();
            case StoreInstruction store -> name.replaceAll("_.*", "") + " " + store.slot();
            case IncrementInstruction i -> name + " " + i.slot() + " by " + i.constant();
            case ConstantInstruction.LoadConstantInstruction load ->
                    name + " " + quoted(load.constantValue().toString());
            case ConstantInstruction.ArgumentConstantInstruction constant ->
                    name + " " + constant.constantValue();
            case FieldInstruction field ->
                    name
                            + " "
                            + name(field.owner().asSymbol())
                            + "."
                            + field.name()
                            + " "
                            + name(field.typeSymbol());
            case InvokeInstruction invoke ->
                    name
                            + " "
                            + name(invoke.owner().asSymbol())
                            + "."
                            + invoke.name()
                            + signature(invoke.typeSymbol());
            case InvokeDynamicInstruction dynamic ->
                    name
                            + " "
                            + dynamic.name()
                            + signature(dynamic.typeSymbol())
                            + " by "
                            + dynamic.bootstrapMethod().methodName()
                            + " "
                            + quoted(dynamic.bootstrapArgs().toString());
            case NewObjectInstruction creation ->
                    name + " " + name(creation.className().asSymbol());
            case TypeCheckInstruction check -> name + " " + name(check.type().asSymbol());
            case BranchInstruction branch -> name + " " + labels.get(branch.target());
            case TableSwitchInstruction table ->
                    name + cases(table.cases()) + " else " + labels.get(table.defaultTarget());
            case LookupSwitchInstruction lookup ->
                    name + cases(lookup.cases()) + " else " + labels.get(lookup.defaultTarget());
            default -> name;
        };
    }

    private String cases(List<SwitchCase> cases) {
        StringBuilder all = new StringBuilder();
        cases.forEach(c -> all.append(" " + c.caseValue() + ":" + labels.get(c.target())));
        return all.toString();
    }

    private static String quoted(String value) {
        return value.replace("\n", "\\n").replace("\u0001", "\\1");
    }

    private static String name(ClassDesc type) {
        return type.displayName();
    }

    private static String signature(MethodTypeDesc type) {
        return type.displayDescriptor();
    }
}
