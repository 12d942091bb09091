package dev.thrum.weave;

import java.lang.classfile.ClassModel;
import org.jspecify.annotations.Nullable;

/** Finds class files by name, without loading classes. */
@FunctionalInterface
public interface ClassSource {

    /**
     * Finds a class file as the host of a body would.
     *
     * @param internalName the name of a class or interface, with slashes
     * @return the class; null if there is no such class file
     * @throws WeaveException if it cannot be read
     */
    @Nullable ClassModel find(String internalName);
}
