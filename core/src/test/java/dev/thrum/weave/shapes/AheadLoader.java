package dev.thrum.weave.shapes;

import dev.thrum.weave.WeaveException;
import dev.thrum.weave.build.ClassWeaver;
import dev.thrum.weave.build.Way;
import dev.thrum.weave.build.WovenClass;
import dev.thrum.weave.link.ClassFiles;
import dev.thrum.weave.link.KeptClasses;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Loads shapes a third time, woven before they are loaded, as the Maven plugin does it or as the
 * agent does. It gives out no class files: all has to be in the classes.
 */
public final class AheadLoader extends ClassLoader {

    private static final String SHAPES = "dev.thrum.weave.shapes.";
    private static final String FOLDER = SHAPES.replace('.', '/');

    private final Way way;
    private final ClassWeaver weaver;
    private final Map<String, byte[]> made = new HashMap<>();

    /** Creates a loader with classes of its own. */
    public AheadLoader(Way way) {
        super(AheadLoader.class.getClassLoader());
        this.way = way;
        weaver =
                new ClassWeaver(
                        new ClassFiles(getParent()),
                        way,
                        false,
                        name -> way == Way.BUILD && name.startsWith(FOLDER));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            if (!name.startsWith(SHAPES)
                    || name.startsWith(Awaiting.class.getName())
                    || name.endsWith("Loader")) {
                return super.loadClass(name, resolve);
            }
            byte[] bytes = bytes(name.replace('.', '/'));
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private byte[] bytes(String name) {
        byte[] known = made.get(name);
        if (known == null && name.contains("$$")) {
            bytes(name.substring(0, name.indexOf("$$")));
            known = made.get(name);
        } else if (known == null) {
            known = read(name);
            WovenClass woven = weaver.weave(ClassFiles.parse(name, known));
            for (WeaveException refusal : woven.refusals()) {
                throw refusal;
            }
            if (way == Way.BUILD) {
                made.putAll(woven.classes());
            } else {
                woven.classes()
                        .forEach((key, bytes) ->
                                KeptClasses.keep(this, key.replace('/', '.'), bytes));
            }
            known = woven.classes().getOrDefault(name, known);
        }
        return known;
    }

    private byte[] read(String name) {
        try (InputStream in = getParent().getResourceAsStream(name + ".class")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public InputStream getResourceAsStream(String name) {
        return name.startsWith(FOLDER) && way == Way.BUILD ? null : super.getResourceAsStream(name);
    }
}
