package dev.thrum.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.AsyncConsumer;
import dev.thrum.task.Coroutine;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.TaskRuntime;
import dev.thrum.weave.link.BodyKind;
import dev.thrum.weave.link.BodyLinker;
import dev.thrum.weave.link.Link;
import dev.thrum.weave.shapes.Awaiting;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("V1: bodies are woven when they are first seen")
class LinkingTest {

    private static final String BODY =
            "public class Main { private static int secret = 41; public static"
                    + " dev.thrum.task.AsyncCallable<Object> body() { return () -> secret +"
                    + " dev.thrum.task.Async.ready(1).await(); } }";

    private static AsyncCallable<?> body(ClassLoader loader, String name) throws Exception {
        return (AsyncCallable<?>) Class.forName(name, true, loader).getMethod("body").invoke(null);
    }

    @Test
    void V1_defaultPackage() throws Exception {
        var loader = new Sources.Loader(Sources.compile("Main", BODY), true);
        assertThat(Awaiting.<Object>drive(async(body(loader, "Main")))).isEqualTo(42);
    }

    @SuppressWarnings("unchecked")
    private static Async<Object> async(AsyncCallable<?> body) {
        return Async.async((AsyncCallable<Object>) body);
    }

    @Test
    void V1_withoutDebugInformation() throws Exception {
        var loader = new Sources.Loader(Sources.compile("Main", BODY, "-g:none"), true);
        assertThat(Awaiting.<Object>drive(async(body(loader, "Main")))).isEqualTo(42);
    }

    @Test
    void V1_compiledForOlderReleases() throws Exception {
        for (String release : List.of("8", "11", "17", "21")) {
            var classes = Sources.compile("Main", BODY, "--release", release);
            var loader = new Sources.Loader(classes, true);
            assertThat(Awaiting.<Object>drive(async(body(loader, "Main")))).isEqualTo(42);
        }
    }

    @Test
    void V1_sameClassInTwoLoaders() throws Exception {
        Map<String, byte[]> classes = Sources.compile("Main", BODY);
        AsyncCallable<?> a = body(new Sources.Loader(classes, true), "Main");
        AsyncCallable<?> b = body(new Sources.Loader(classes, true), "Main");
        assertThat(async(a).getClass()).isNotEqualTo(async(b).getClass());
        assertThat(async(a).getClass()).isEqualTo(async(a).getClass());
        assertThat(Awaiting.<Object>drive(async(b))).isEqualTo(42);
    }

    @Test
    void V1_machinesAreUnloadedWithTheirHosts() throws Exception {
        WeakReference<ClassLoader> loader = useAndDrop();
        for (int i = 0; i < 100 && loader.get() != null; i++) {
            System.gc();
        }
        assertThat(loader.get()).isNull();
    }

    @Test
    void V1_machinesAreUnloadedAlsoIfAWorkerStartedThemLast() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            WeakReference<ClassLoader> loader = startOnWorker(runtime);
            for (int i = 0; i < 100 && loader.get() != null; i++) {
                System.gc();
            }
            assertThat(loader.get()).isNull();
        }
    }

    private static WeakReference<ClassLoader> startOnWorker(TaskRuntime runtime) throws Exception {
        ClassLoader loader = new Sources.Loader(Sources.compile("Main", BODY), true);
        AsyncCallable<?> body = body(loader, "Main");
        JoinHandle<Object> started = runtime.spawn(() -> async(body).await());
        assertThat(started.join()).isEqualTo(42);
        return new WeakReference<>(loader);
    }

    /** What a worker remembers of the last class is of no use for the next one. */
    @Test
    void V1_bodiesOfTwoClassesInTurnsOnOneWorker() throws Exception {
        AsyncCallable<?> first =
                body(new Sources.Loader(Sources.compile("Main", BODY), true), "Main");
        AsyncCallable<Object> second = () -> Async.ready("second").await();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<List<Object>> all =
                    runtime.spawn(() -> {
                        List<Object> seen = new ArrayList<>();
                        for (int i = 0; i < 3; i++) {
                            seen.add(async(first).await());
                            seen.add(async(second).await());
                            seen.add(async(second).await());
                        }
                        return seen;
                    });
            assertThat(all.join())
                    .containsExactly(
                            42, "second", "second", 42, "second", "second", 42, "second", "second");
        }
    }

    private static WeakReference<ClassLoader> useAndDrop() throws Exception {
        String source =
                "public class Main { String f() throws Exception { return \"\" +"
                    + " dev.thrum.task.Async.ready(this).await().hashCode(); } public static"
                    + " dev.thrum.task.AsyncCallable<Object> body() { return new Main()::f; } }";
        Map<String, byte[]> classes = Sources.compile("Main", source);
        ClassLoader loader = new Sources.Loader(classes, true);
        Awaiting.drive(async(body(loader, "Main")));
        Awaiting.drive(
                async(body(new Sources.Loader(Sources.compile("Main", BODY), true), "Main")));
        return new WeakReference<>(loader);
    }

    @Test
    @Tag("run-time-weaving")
    void V1_concurrentFirstUsesLinkOnce() throws Exception {
        var loader = new Sources.Loader(Sources.compile("Main", BODY), true);
        AsyncCallable<?> body = body(loader, "Main");
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Future<Link>> links = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                links.add(
                        executor.submit(() -> {
                            start.await();
                            return BodyLinker.link(body, BodyKind.CALLABLE);
                        }));
            }
        }
        Link first = links.getFirst().get();
        for (Future<Link> link : links) {
            assertThat(link.get()).isSameAs(first);
        }
    }

    @Test
    @Tag("run-time-weaving")
    void V1_bodiesWithAnArgumentAndNoValue() throws Exception {
        List<Object> seen = new ArrayList<>();
        AsyncConsumer<String> body = s -> seen.add(s + Async.ready(1).await());
        Link link = BodyLinker.link(body, BodyKind.CONSUMER);
        assertThat(link).isInstanceOf(Link.Direct.class);
        Object prototype = ((Link.Direct) link).prototype();
        var create = prototype.getClass().getDeclaredMethod("create", Object.class, Object.class);
        create.setAccessible(true);
        Coroutine<?> block = (Coroutine<?>) create.invoke(prototype, body, "x");
        assertThat((Object) Awaiting.drive(block)).isNull();
        assertThat(seen).containsExactly("x1");
    }

    @Test
    @Tag("run-time-weaving")
    void V1_bodiesThatDoNotAwaitAreCalled() {
        AsyncCallable<Integer> body = () -> 1;
        assertThat(BodyLinker.link(body, BodyKind.CALLABLE)).isEqualTo(Link.Plain.PLAIN);
    }

    @Test
    void V1_proxiesAreCalled() {
        Object proxy =
                java.lang.reflect.Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {AsyncCallable.class},
                        (self, method, arguments) -> 5);
        assertThat(BodyLinker.link(proxy, BodyKind.CALLABLE)).isEqualTo(Link.Plain.PLAIN);
    }

    @Test
    void V1_identicalLambdasThatTheCompilerMerged() throws Exception {
        String source =
                "public class Main { static dev.thrum.task.AsyncCallable<Object> a(int x) { return"
                        + " () -> x + dev.thrum.task.Async.ready(1).await(); } static"
                        + " dev.thrum.task.AsyncCallable<Object> b(int x) { return () -> x +"
                        + " dev.thrum.task.Async.ready(1).await(); } public static"
                        + " dev.thrum.task.AsyncCallable<Object> body() { return () ->"
                        + " dev.thrum.task.Async.async(a(1)).await() + \",\" +"
                        + " dev.thrum.task.Async.async(b(2)).await(); } }";
        Map<String, byte[]> classes =
                Sources.compile("Main", source, "-g:none", "-XDdeduplicateLambdas=true");
        var loader = new Sources.Loader(classes, true);
        assertThat(Awaiting.<Object>drive(async(body(loader, "Main")))).isEqualTo("2,3");
    }

    @Test
    @Tag("run-time-weaving")
    void V1_namedModules(@TempDir Path dir) throws Exception {
        assertThat(Awaiting.<Object>drive(async(bodyInModule(dir.resolve("a"), "opens shop;"))))
                .isEqualTo(42);
        AsyncCallable<?> closed = bodyInModule(dir.resolve("b"), "exports shop;");
        assertThatThrownBy(() -> async(closed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("opens shop to dev.thrum;")
                .hasMessageContaining("thrum-maven-plugin")
                .hasMessageContaining("module-info.java of shop.module");
    }

    private static AsyncCallable<?> bodyInModule(Path dir, String directive) throws Exception {
        Path sources = Files.createDirectories(dir.resolve("src/shop"));
        Files.writeString(sources.resolve("Main.java"), "package shop;" + BODY);
        Files.writeString(
                dir.resolve("src/module-info.java"), "module shop.module { " + directive + " }");
        int result =
                ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(
                                System.out,
                                System.err,
                                "-nowarn",
                                "--add-reads",
                                "shop.module=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                dir.resolve("out").toString(),
                                sources.resolve("Main.java").toString(),
                                dir.resolve("src/module-info.java").toString());
        assertThat(result).isZero();
        ModuleLayer boot = ModuleLayer.boot();
        Configuration configuration =
                boot.configuration()
                        .resolve(
                                ModuleFinder.of(dir.resolve("out")),
                                ModuleFinder.of(),
                                Set.of("shop.module"));
        ModuleLayer.Controller controller =
                ModuleLayer.defineModulesWithOneLoader(
                        configuration, List.of(boot), LinkingTest.class.getClassLoader());
        Module module = controller.layer().findModule("shop.module").orElseThrow();
        // Thrum is on the class path here, and a module cannot require that by itself.
        controller.addReads(module, LinkingTest.class.getModule());
        Class<?> main = Class.forName(module, "shop.Main");
        var method = main.getMethod("body");
        return (AsyncCallable<?>) method.invoke(null);
    }
}
