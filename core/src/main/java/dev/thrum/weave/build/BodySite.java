package dev.thrum.weave.build;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.Hierarchy;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.IntegerEntry;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.LambdaMetafactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An instruction that makes an async body from a lambda or method reference, by the arguments of
 * {@link LambdaMetafactory}. Equal sites share a class.
 *
 * @param factory from the captured values to the interface
 * @param name the interface's method
 * @param type the type of the interface's method, erased
 * @param instantiated its type as the source has it
 * @param impl the code
 * @param markers further interfaces
 * @param bridges further types of the method
 */
record BodySite(
        MethodTypeDesc factory,
        String name,
        MethodTypeDesc type,
        MethodTypeDesc instantiated,
        MethodHandleEntry impl,
        List<ClassDesc> markers,
        List<MethodTypeDesc> bridges) {

    /**
     * Reads an instruction.
     *
     * @return the site; null if it makes something else
     */
    static @Nullable BodySite of(InvokeDynamicInstruction dynamic, Hierarchy hierarchy) {
        MethodHandleEntry impl = Awaits.lambda(dynamic);
        ClassDesc made = dynamic.typeSymbol().returnType();
        if (impl == null || !made.isClassOrInterface() || !hierarchy.isBody(internalName(made))) {
            return null;
        }
        List<LoadableConstantEntry> arguments = dynamic.invokedynamic().bootstrap().arguments();
        List<ClassDesc> markers = new ArrayList<>();
        List<MethodTypeDesc> bridges = new ArrayList<>();
        int next = 3;
        if (arguments.size() > 3 && arguments.get(next++) instanceof IntegerEntry flags) {
            if ((flags.intValue() & LambdaMetafactory.FLAG_MARKERS) != 0) {
                for (int n = count(arguments.get(next++)); n > 0; n--) {
                    markers.add(((ClassEntry) arguments.get(next++)).asSymbol());
                }
            }
            if ((flags.intValue() & LambdaMetafactory.FLAG_BRIDGES) != 0) {
                for (int n = count(arguments.get(next++)); n > 0; n--) {
                    bridges.add(methodType(arguments.get(next++)));
                }
            }
        }
        return new BodySite(
                dynamic.typeSymbol(),
                dynamic.name().stringValue(),
                methodType(arguments.get(0)),
                methodType(arguments.get(2)),
                impl,
                markers,
                bridges);
    }

    private static int count(LoadableConstantEntry entry) {
        return ((IntegerEntry) entry).intValue();
    }

    private static MethodTypeDesc methodType(LoadableConstantEntry entry) {
        return ((MethodTypeEntry) entry).asSymbol();
    }

    static String internalName(ClassDesc desc) {
        String descriptor = desc.descriptorString();
        return desc.isArray() ? descriptor : descriptor.substring(1, descriptor.length() - 1);
    }

    /** All interfaces of the objects that are made. */
    List<ClassDesc> interfaces() {
        List<ClassDesc> all = new ArrayList<>();
        all.add(factory.returnType());
        for (ClassDesc marker : markers) {
            if (!all.contains(marker)) {
                all.add(marker);
            }
        }
        return all;
    }

    String implName() {
        return impl.reference().name().stringValue();
    }

    MethodTypeDesc implType() {
        return MethodTypeDesc.ofDescriptor(impl.reference().type().stringValue());
    }

    String implOwner() {
        return impl.reference().owner().asInternalName();
    }
}
