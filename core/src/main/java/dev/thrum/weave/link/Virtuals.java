package dev.thrum.weave.link;

import dev.thrum.weave.WeaveException;
import dev.thrum.weave.emit.Source;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Run-time linking for method references whose own class was woven ahead, when the method they lead
 * to was not: that of a subclass from elsewhere, say. Thread-safe.
 */
public final class Virtuals {

    private static final ClassValue<Map<String, Link>> LINKS =
            new ClassValue<>() {
                @Override
                protected Map<String, Link> computeValue(Class<?> type) {
                    return new ConcurrentHashMap<>();
                }
            };

    private Virtuals() {}

    /**
     * How the method of an object is run.
     *
     * @param receiver the object
     * @param name the method; with its package in front if it is visible there only, as {@code
     *     shop/orders/serve}
     * @param type its descriptor; it has one parameter at most
     * @return the way; what it makes has the object as body, and the boxed parameter as argument
     * @throws WeaveException if the method awaits and cannot be woven
     */
    public static Link ofReceiver(Object receiver, String name, String type) {
        if (receiver.getClass().isHidden()) {
            BodyKind inner = BodyKind.of(name, type);
            return inner == null ? Link.Plain.PLAIN : BodyLinker.link(receiver, inner);
        }
        return link(receiver.getClass(), name, type, Source.SELF);
    }

    /**
     * How a static method is run.
     *
     * @param owner its class
     * @param name the method
     * @param type its descriptor; it has one parameter at most
     * @return the way; what it makes has the boxed parameter as argument
     * @throws WeaveException if the method awaits and cannot be woven
     */
    public static Link ofClass(Class<?> owner, String name, String type) {
        return link(owner, name, type, null);
    }

    private static Link link(Class<?> start, String name, String type, @Nullable Source receiver) {
        Map<String, Link> links = LINKS.get(start);
        String key = name.concat(type);
        Link known = links.get(key);
        if (known == null) {
            try {
                known = make(start, name, type, receiver);
            } catch (IllegalArgumentException | IndexOutOfBoundsException damage) {
                throw ClassFiles.damaged(start.getName(), damage);
            }
            links.put(key, known); // of two threads each has linked; both links are good
        }
        return known;
    }

    private static Link make(Class<?> start, String name, String type, @Nullable Source receiver) {
        Methods.Selected selected =
                receiver == null
                        ? Methods.find(start, name, type)
                        : Methods.select(start, name, type);
        if (selected == null) {
            return Link.Plain.PLAIN;
        }
        if (AwaitBody.is(selected)) {
            return AwaitBody.link(false);
        }
        List<Source> sources = new ArrayList<>();
        if (receiver != null) {
            sources.add(receiver);
        }
        for (ClassDesc parameter : MethodTypeDesc.ofDescriptor(type).parameterList()) {
            sources.add(
                    Source.argument(
                            parameter.isPrimitive()
                                    ? dev.thrum.weave.emit.Boxing.boxOf(parameter)
                                    : parameter));
        }
        return Methods.weave(selected, sources, false, null);
    }
}
