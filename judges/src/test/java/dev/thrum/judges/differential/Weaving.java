package dev.thrum.judges.differential;

import dev.thrum.weave.ClassSource;
import dev.thrum.weave.build.ClassWeaver;
import dev.thrum.weave.build.Way;
import dev.thrum.weave.build.WovenClass;
import dev.thrum.weave.link.ClassFiles;
import dev.thrum.weave.link.KeptClasses;
import java.lang.classfile.ClassModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** When the woven rendering is woven. */
enum Weaving {
    /** By the runtime, when a body is used for the first time. */
    RUN_TIME,
    /** As the agent does, when a class is loaded. */
    LOAD_TIME,
    /** By the build. */
    BUILD_TIME,
    /** By the agent, which has to be there. */
    AGENT;

    /** All that need no agent. */
    static final List<Weaving> ALL = List.of(RUN_TIME, LOAD_TIME, BUILD_TIME);

    /**
     * Makes loaders for compiled classes, as many as wanted. Those for classes that are woven ahead
     * give no class files away, so that nothing can be woven by the runtime after all.
     */
    Supplier<ClassLoader> loaders(Map<String, byte[]> compiled) {
        return switch (this) {
            case RUN_TIME -> () -> new Runs.Loader(compiled, Runs.Gives.ALWAYS);
            case AGENT -> () -> new Runs.Loader(compiled, Runs.Gives.WHILE_DEFINING);
            case BUILD_TIME -> {
                Map<String, byte[]> woven = weave(compiled, Way.BUILD);
                yield () -> new Runs.Loader(woven, Runs.Gives.NEVER);
            }
            case LOAD_TIME -> {
                Map<String, byte[]> woven = weave(compiled, Way.LOAD);
                yield () -> {
                    ClassLoader loader = new Runs.Loader(woven, Runs.Gives.NEVER);
                    woven.forEach((name, bytes) -> {
                        if (!compiled.containsKey(name)) {
                            KeptClasses.keep(loader, name.replace('/', '.'), bytes);
                        }
                    });
                    return loader;
                };
            }
        };
    }

    private static Map<String, byte[]> weave(Map<String, byte[]> compiled, Way way) {
        ClassSource others = new ClassFiles(Weaving.class.getClassLoader());
        ClassSource all =
                name ->
                        compiled.containsKey(name)
                                ? ClassFiles.parse(name, compiled.get(name))
                                : others.find(name);
        ClassWeaver weaver =
                new ClassWeaver(
                        all, way, false, name -> way == Way.BUILD && compiled.containsKey(name));
        Map<String, byte[]> result = new LinkedHashMap<>(compiled);
        compiled.forEach((name, bytes) -> {
            ClassModel model = ClassFiles.parse(name, bytes);
            WovenClass woven = weaver.weave(model);
            if (!woven.refusals().isEmpty()) {
                throw woven.refusals().getFirst();
            }
            result.putAll(woven.classes());
        });
        return result;
    }
}
