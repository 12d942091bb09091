package dev.thrum.weave.link;

import dev.thrum.weave.ClassSource;
import dev.thrum.weave.WeaveException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The class files that a class loader knows, read as resources, each once. Not thread-safe, and not
 * to be kept: it lives as long as one body is being linked.
 */
public final class ClassFiles implements ClassSource {

    private static final ClassPath CLASS_PATH = new ClassPath();

    private final @Nullable ClassLoader loader;
    private final Map<String, @Nullable ClassModel> known = new HashMap<>();
    private final Map<String, Integer> versions = new HashMap<>();

    /**
     * Creates a source.
     *
     * @param loader the loader; null for that of the JDK
     */
    public ClassFiles(@Nullable ClassLoader loader) {
        this.loader = loader;
    }

    @Override
    public @Nullable ClassModel find(String internalName) {
        return find(internalName, null);
    }

    private @Nullable ClassModel find(String internalName, @Nullable Class<?> type) {
        if (known.containsKey(internalName)) {
            return known.get(internalName);
        }
        ClassModel model = read(internalName, type);
        known.put(internalName, model);
        return model;
    }

    /** The class file of a loaded class. */
    ClassModel require(Class<?> type) {
        ClassModel model = find(type.getName().replace('.', '/'), type);
        if (model == null) {
            throw new WeaveException(
                    "The class file of "
                            + type.getName()
                            + " was not found: its class loader "
                            + type.getClassLoader()
                            + " does not give it out as a resource. Write the body in a class whose"
                            + " loader does, as those of class paths, modules and jars do, or have"
                            + " it woven before it is loaded: by thrum-maven-plugin when it is"
                            + " built, or by -javaagent:thrum.jar.");
        }
        return model;
    }

    /**
     * Tells class files of a class apart: it may be redefined, and its file be another one since.
     *
     * @param model a class that this has found
     * @return a hash of its bytes, in front of the name of the class
     */
    String version(ClassModel model) {
        String name = model.thisClass().asInternalName();
        return versions.getOrDefault(name, 0) + ":" + name;
    }

    private @Nullable ClassModel read(String internalName, @Nullable Class<?> type) {
        String resource = internalName.concat(".class");
        try (InputStream in = type == null ? open(resource) : open(resource, type)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            versions.put(internalName, Arrays.hashCode(bytes));
            return parse(internalName, bytes);
        } catch (IOException failure) {
            throw new WeaveException(
                    "The class file of "
                            + internalName.replace('/', '.')
                            + " cannot be read: "
                            + failure.getMessage(),
                    failure);
        }
    }

    /**
     * The class file of a loaded class, from where its loader has it. To ask the loader is right as
     * well, but the first time it takes as long as all other work for a body: see {@link #open}.
     */
    private @Nullable InputStream open(String resource, Class<?> type) throws IOException {
        Module module = type.getModule();
        InputStream own = null;
        if (module.isNamed()) {
            own = module.getResourceAsStream(resource);
        } else if (loader == ClassLoader.getSystemClassLoader()) {
            own = CLASS_PATH.open(resource, type);
        }
        return own == null ? open(resource) : own;
    }

    /** Before its class path, a loader would look through all modules of the JDK. */
    private @Nullable InputStream open(String resource) throws IOException {
        if (loader == null) {
            return ClassLoader.getSystemResourceAsStream(resource);
        }
        InputStream own = null;
        if (loader == ClassLoader.getSystemClassLoader()) {
            own = loader.getUnnamedModule().getResourceAsStream(resource);
        }
        return own == null ? loader.getResourceAsStream(resource) : own;
    }

    /**
     * What to throw when a class file turns out to be damaged. Its parts are read when they are
     * asked for, so that may be at any time while a body of it is woven; the class-file API throws
     * {@link IllegalArgumentException} then, and what makes no sense ends in an index out of range.
     *
     * @param name the class that was to be woven, as a user knows it
     * @param damage what was thrown
     * @return an exception that tells what to do
     */
    public static WeaveException damaged(String name, RuntimeException damage) {
        return new WeaveException(
                name
                        + " cannot be woven: its class file, or that of a class which it refers to,"
                        + " is damaged: "
                        + damage.getMessage()
                        + ". Compile it again, and keep away what changes it since.",
                damage);
    }

    /**
     * Reads a class file.
     *
     * @param internalName the name of the class
     * @param bytes the class file
     * @return the class
     * @throws WeaveException if it is damaged, or of a newer format than this JDK's
     */
    public static ClassModel parse(String internalName, byte[] bytes) {
        if (bytes.length > 8) {
            int format = (bytes[6] & 0xFF) << 8 | (bytes[7] & 0xFF);
            if (format > ClassFile.latestMajorVersion()) {
                throw new WeaveException(
                        internalName.replace('/', '.')
                                + " cannot be woven: its class file format "
                                + format
                                + " is newer than this JDK's ("
                                + ClassFile.latestMajorVersion()
                                + "). Run it on the JDK that it was compiled for.");
            }
        }
        try {
            return ClassFile.of().parse(bytes);
        } catch (IllegalArgumentException damaged) {
            throw new WeaveException(
                    "The class file of "
                            + internalName.replace('/', '.')
                            + " is damaged: "
                            + damaged.getMessage(),
                    damaged);
        }
    }
}
