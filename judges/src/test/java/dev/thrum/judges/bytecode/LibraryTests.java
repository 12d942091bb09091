package dev.thrum.judges.bytecode;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the tests of a library against the classes that it is given. */
final class LibraryTests {

    /** What became of each test, by its unique id. */
    record Results(int passed, TreeSet<String> failed, Map<String, String> causes) {}

    /**
     * Each time zone in each locale, and each second of a day: minutes as they are, and too long
     * for coroutines that are suspended in front of every call.
     */
    private static final List<String> TOO_LONG =
            List.of(
                    "FastDateParser_TimeZoneStrategyTest",
                    "testTzParses",
                    "testLowDurations",
                    "testDurationsByBruteForce",
                    "FastDateParserSDFTest",
                    "testParseZone",
                    "testLocales_Long",
                    "testLocales_Short");

    private final Path tests;

    LibraryTests(Path tests) {
        this.tests = tests;
    }

    /** The library's own tests are loaded beside it; everything else is shared. */
    private static final class Loader extends URLClassLoader {
        private final Map<String, byte[]> library;

        Loader(Map<String, byte[]> library, URL tests) {
            super(new URL[] {tests}, LibraryTests.class.getClassLoader());
            this.library = library;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                byte[] bytes = library.get(name.replace('.', '/'));
                if (loaded == null && bytes != null) {
                    definePackage(name);
                    loaded = defineClass(name, bytes, 0, bytes.length);
                }
                if (loaded == null && name.startsWith("org.apache.commons.lang3.")) {
                    loaded = findClass(name);
                }
                return loaded == null ? super.loadClass(name, resolve) : loaded;
            }
        }

        private void definePackage(String name) {
            String folder = name.substring(0, name.lastIndexOf('.'));
            if (getDefinedPackage(folder) == null) {
                definePackage(folder, null, null, null, null, null, null, null);
            }
        }
    }

    Results run(Map<String, byte[]> library) throws IOException, ClassNotFoundException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (Loader loader = new Loader(library, tests.toUri().toURL())) {
            thread.setContextClassLoader(loader);
            LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
            for (String name : testClasses()) {
                request.selectors(
                        DiscoverySelectors.selectClass(Class.forName(name, false, loader)));
            }
            request.filters(
                    (PostDiscoveryFilter)
                            test ->
                                    FilterResult.includedIf(
                                            TOO_LONG.stream()
                                                    .noneMatch(name ->
                                                            test.getUniqueId()
                                                                    .toString()
                                                                    .contains(name))));
            request.configurationParameter("junit.jupiter.execution.timeout.mode", "disabled");
            return run(request.build());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static Results run(LauncherDiscoveryRequest request) {
        Results results = new Results(0, new TreeSet<>(), new TreeMap<>());
        int[] passed = {0};
        Launcher launcher =
                LauncherFactory.create(
                        LauncherConfig.builder()
                                .enableTestExecutionListenerAutoRegistration(false)
                                .build());
        launcher.execute(
                request,
                new TestExecutionListener() {
                    @Override
                    public void executionFinished(TestIdentifier id, TestExecutionResult result) {
                        if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                            String name = id.getUniqueId();
                            results.failed().add(name);
                            results.causes()
                                    .put(name, String.valueOf(result.getThrowable().orElse(null)));
                        } else if (id.isTest()) {
                            passed[0]++;
                        }
                    }
                });
        return new Results(passed[0], results.failed(), results.causes());
    }

    private List<String> testClasses() throws IOException {
        try (FileSystem files = FileSystems.newFileSystem(tests);
                Stream<Path> walk = Files.walk(files.getPath("/org"))) {
            return walk.map(Path::toString)
                    .filter(p -> p.endsWith("Test.class"))
                    .map(p -> p.substring(1, p.length() - 6).replace('/', '.'))
                    .sorted()
                    .toList();
        }
    }

    /** A jar of the class path, by the start of its name. */
    static Path jar(String start, String end) {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String name = String.valueOf(Path.of(entry).getFileName());
            if (name.matches(start + end)) {
                return Path.of(entry);
            }
        }
        throw new IllegalStateException(
                "There is no " + start + end + " on the class path of this run");
    }
}
