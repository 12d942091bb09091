package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/**
 * A body whose class was woven before it was loaded, by the agent or the Maven plugin. Public only
 * because the classes that the weaver makes or changes implement it; programs neither implement nor
 * call it.
 */
public interface WovenBody {
    /**
     * Makes a block that runs a method of this body. For generated code.
     *
     * @param method name and descriptor of the method
     * @param argument its argument, boxed; null if it has none
     * @return the block; null if this class does not know how the method is run
     */
    @Nullable Coroutine<?> thrum$coroutine(String method, @Nullable Object argument);
}
