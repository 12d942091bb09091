package dev.thrum.weave.agent;

import dev.thrum.weave.ClassSource;
import dev.thrum.weave.Names;
import dev.thrum.weave.Report;
import dev.thrum.weave.WeaveException;
import dev.thrum.weave.build.ClassWeaver;
import dev.thrum.weave.build.Way;
import dev.thrum.weave.build.WovenClass;
import dev.thrum.weave.link.ClassFiles;
import dev.thrum.weave.link.Debug;
import dev.thrum.weave.link.KeptClasses;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Weaves classes when they are loaded. A class that cannot be woven is loaded as it is: its bodies
 * are refused when they are used, as without an agent.
 */
final class LoadTimeWeaver implements ClassFileTransformer {

    private static final String TASKS = "dev/thrum/task/";
    private static final String OWN = "dev/thrum/";

    private final Instrumentation instrumentation;
    private final AtomicBoolean toldOfCopies = new AtomicBoolean();

    LoadTimeWeaver(Instrumentation instrumentation) {
        this.instrumentation = instrumentation;
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable Module module,
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (loader == null || name == null || redefined != null || isOwn(domain, name)) {
            return null;
        }
        try {
            return weave(loader, name, module, bytes);
        } catch (WeaveException refusal) {
            log(Level.DEBUG, name, refusal);
        } catch (RuntimeException | LinkageError failure) {
            // The JVM would drop it without a word.
            log(Level.WARNING, name, failure);
        }
        return null;
    }

    /** The classes of Thrum itself; its tests, and programs, may have packages named alike. */
    private static boolean isOwn(@Nullable ProtectionDomain domain, String name) {
        return name.startsWith(OWN) && domain == LoadTimeWeaver.class.getProtectionDomain();
    }

    private byte @Nullable [] weave(
            ClassLoader loader, String name, @Nullable Module module, byte[] bytes) {
        ClassModel model = ClassFiles.parse(name, bytes);
        if (!mentionsTasks(model) || !usesThisCopy(loader, name)) {
            return null;
        }
        ClassSource files = new ClassFiles(loader);
        WovenClass woven =
                new ClassWeaver(files, Way.LOAD, Debug.KEEPS_DEAD, other -> false).weave(model);
        if (module != null) {
            open(module, model);
        }
        for (WeaveException refusal : woven.refusals()) {
            log(Level.DEBUG, name, refusal);
        }
        woven.methods().forEach(method -> Report.OF_PROGRAM.add("load", method));
        byte[] changed = null;
        for (Map.Entry<String, byte[]> next : woven.classes().entrySet()) {
            if (next.getKey().equals(name)) {
                changed = next.getValue();
            } else {
                KeptClasses.keep(loader, next.getKey().replace('/', '.'), next.getValue());
            }
        }
        return changed;
    }

    /** Most classes have nothing to do with tasks, and are not looked at further. */
    private static boolean mentionsTasks(ClassModel model) {
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof Utf8Entry text && text.stringValue().contains(TASKS)) {
                return true;
            }
        }
        return false;
    }

    /** A class that runs with another copy of Thrum is left to that one. */
    private boolean usesThisCopy(ClassLoader loader, String name) {
        Class<?> coroutine;
        try {
            coroutine = Class.forName(Names.COROUTINE, false, loader);
        } catch (ClassNotFoundException none) {
            return false;
        }
        Class<?> own = KeptClasses.class;
        boolean same = coroutine.getClassLoader() == own.getClassLoader();
        if (!same && toldOfCopies.compareAndSet(false, true)) {
            log(
                    Level.WARNING,
                    name,
                    new WeaveException(
                            "there are two copies of Thrum in this program, that of the agent and"
                                    + " one in "
                                    + coroutine.getClassLoader()
                                    + "; classes that use the latter are woven when they are used."
                                    + " Leave one."));
        }
        return same;
    }

    /** What is left to run-time weaving may be woven in closed packages, too. */
    private void open(Module module, ClassModel model) {
        String name = model.thisClass().asInternalName().replace('/', '.');
        int end = name.lastIndexOf('.');
        Module own = LoadTimeWeaver.class.getModule();
        if (module.isNamed() && end > 0 && !module.isOpen(name.substring(0, end), own)) {
            instrumentation.redefineModule(
                    module,
                    Set.of(),
                    Map.of(),
                    Map.of(name.substring(0, end), Set.of(own)),
                    Set.of(),
                    Map.of());
        }
    }

    private static void log(Level level, String name, Throwable reason) {
        Logger logger = System.getLogger("dev.thrum.weave");
        logger.log(level, name.replace('/', '.') + " was not woven when it was loaded", reason);
    }
}
