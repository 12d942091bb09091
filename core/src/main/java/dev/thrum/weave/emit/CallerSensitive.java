package dev.thrum.weave.emit;

import java.lang.classfile.constantpool.MemberRefEntry;
import java.util.Set;

/**
 * The methods of the JDK that give or check rights by looking at the class that calls them. A
 * machine is not its host, so it has its host call them.
 */
final class CallerSensitive {

    private static final String LOOKUPS = "java/lang/invoke/MethodHandles";

    private static final Set<String> UPDATERS =
            Set.of(
                    "java/util/concurrent/atomic/AtomicIntegerFieldUpdater",
                    "java/util/concurrent/atomic/AtomicLongFieldUpdater",
                    "java/util/concurrent/atomic/AtomicReferenceFieldUpdater");

    private CallerSensitive() {}

    static boolean isLookup(MemberRefEntry method) {
        return method.owner().asInternalName().equals(LOOKUPS)
                && method.name().equalsString("lookup");
    }

    static boolean is(MemberRefEntry method) {
        String owner = method.owner().asInternalName();
        String name = method.name().stringValue();
        return switch (owner) {
            case "java/lang/reflect/Method" -> name.equals("invoke");
            case "java/lang/reflect/Constructor", "java/lang/Class" -> name.equals("newInstance");
            case "java/lang/reflect/Field" ->
                    (name.startsWith("get") || name.startsWith("set")) && isAccess(method);
            default -> UPDATERS.contains(owner) && name.equals("newUpdater");
        };
    }

    /** {@code Field.get(Object)}, {@code Field.setInt(Object, int)} and so on. */
    private static boolean isAccess(MemberRefEntry method) {
        return method.type().stringValue().startsWith("(Ljava/lang/Object;");
    }
}
