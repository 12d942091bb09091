package dev.thrum.weave;

import static java.lang.constant.ConstantDescs.CD_CallSite;
import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_MethodType;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * The names by which the weaver, and the code that it makes, know the types of the task package.
 */
public final class Names {

    /** Internal name of the interface whose {@code await()} is the suspension point. */
    public static final String ASYNC = "dev/thrum/task/Async";

    /** Name of the suspension point. */
    public static final String AWAIT = "await";

    /** Descriptor of the suspension point. */
    public static final String AWAIT_TYPE = "()Ljava/lang/Object;";

    /** The interface {@value #ASYNC}. */
    public static final ClassDesc CD_ASYNC = ClassDesc.ofInternalName(ASYNC);

    /** The context that a poll is given. */
    public static final ClassDesc CD_CONTEXT = ClassDesc.of("dev.thrum.task.Context");

    /** Binary name of the base class of machines. */
    public static final String COROUTINE = "dev.thrum.task.Coroutine";

    /** The base class of machines. */
    public static final ClassDesc CD_COROUTINE = ClassDesc.of(COROUTINE);

    /** {@code Object await(Async, Coroutine, Context)}: the value, or {@code SUSPENDED}. */
    public static final MethodTypeDesc MT_AWAIT =
            MethodTypeDesc.of(CD_Object, CD_ASYNC, CD_COROUTINE, CD_CONTEXT);

    /** {@code Object result(Object)}: what an await gives after its machine was resumed. */
    public static final MethodTypeDesc MT_RESULT = MethodTypeDesc.of(CD_Object, CD_Object);

    /** {@code Object step(Context, Object)}. */
    public static final MethodTypeDesc MT_STEP =
            MethodTypeDesc.of(CD_Object, CD_CONTEXT, CD_Object);

    /** {@code Coroutine create(Object, Object)}. */
    public static final MethodTypeDesc MT_CREATE =
            MethodTypeDesc.of(CD_COROUTINE, CD_Object, CD_Object);

    /** {@code String origin()}. */
    public static final MethodTypeDesc MT_ORIGIN = MethodTypeDesc.of(CD_String);

    /** {@code int lineOf(int)}. */
    public static final MethodTypeDesc MT_LINE_OF = MethodTypeDesc.of(CD_int, CD_int);

    /** What bodies implement that are woven before they are loaded. */
    public static final String WOVEN_BODY = "dev/thrum/task/WovenBody";

    /** The interface {@value #WOVEN_BODY}. */
    public static final ClassDesc CD_WOVEN_BODY = ClassDesc.ofInternalName(WOVEN_BODY);

    /** Name of the only method of {@link #CD_WOVEN_BODY}. */
    public static final String COROUTINE_OF = "thrum$coroutine";

    /** {@code Coroutine thrum$coroutine(String, Object)}. */
    public static final MethodTypeDesc MT_COROUTINE_OF =
            MethodTypeDesc.of(CD_COROUTINE, CD_String, CD_Object);

    /** What such bodies call. */
    public static final ClassDesc CD_WOVEN_BODIES = ClassDesc.of("dev.thrum.task.WovenBodies");

    /** The bootstrap of call sites in classes that an agent has woven. */
    public static final DirectMethodHandleDesc SITE =
            MethodHandleDesc.ofMethod(
                    DirectMethodHandleDesc.Kind.STATIC,
                    CD_WOVEN_BODIES,
                    "site",
                    MethodTypeDesc.of(
                            CD_CallSite,
                            CD_MethodHandles_Lookup,
                            CD_String,
                            CD_MethodType,
                            CD_String));

    /** {@code void ()}. */
    public static final MethodTypeDesc MT_VOID = MethodTypeDesc.of(CD_void);

    /** The bootstrap of call sites in machines. */
    public static final DirectMethodHandleDesc BIND =
            MethodHandleDesc.ofMethod(
                    DirectMethodHandleDesc.Kind.STATIC,
                    CD_COROUTINE,
                    "bind",
                    MethodTypeDesc.of(
                            CD_CallSite,
                            CD_MethodHandles_Lookup,
                            CD_String,
                            CD_MethodType,
                            CD_Object.arrayType()));

    /** The bootstrap of constants in machines. */
    public static final DirectMethodHandleDesc CONSTANT =
            MethodHandleDesc.ofMethod(
                    DirectMethodHandleDesc.Kind.STATIC,
                    CD_COROUTINE,
                    "constant",
                    MethodTypeDesc.of(
                            CD_Object,
                            CD_MethodHandles_Lookup,
                            CD_String,
                            CD_Class,
                            CD_Object.arrayType()));

    /** The public types of this library that are {@link #ASYNC}, which most awaits name. */
    private static final String[] ASYNCS = {
        ASYNC, "dev/thrum/task/JoinHandle", "dev/thrum/sync/Promise"
    };

    private static final String[] BODIES = {
        "dev/thrum/task/AsyncCallable",
        "dev/thrum/task/AsyncRunnable",
        "dev/thrum/task/AsyncFunction",
        "dev/thrum/task/AsyncConsumer"
    };

    private Names() {}

    /**
     * Tells whether a type is one of the four interfaces of async bodies.
     *
     * @param internalName a class name with slashes
     * @return whether it is such an interface itself, not one that extends it
     */
    public static boolean isBody(String internalName) {
        return contains(BODIES, internalName);
    }

    /**
     * Tells whether a type is known to be {@link #ASYNC} or a subtype, so that no class file has to
     * be read for it.
     *
     * @param internalName a class name with slashes
     * @return whether it is one of this library's own
     */
    public static boolean isAsync(String internalName) {
        return contains(ASYNCS, internalName);
    }

    private static boolean contains(String[] names, String name) {
        for (String next : names) {
            if (next.equals(name)) {
                return true;
            }
        }
        return false;
    }
}
