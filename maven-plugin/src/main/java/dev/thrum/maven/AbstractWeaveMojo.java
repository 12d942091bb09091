package dev.thrum.maven;

import dev.thrum.weave.Report;
import dev.thrum.weave.build.ProjectWeaver;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.artifact.DependencyResolutionRequiredException;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/** What the goals have in common. */
abstract class AbstractWeaveMojo extends AbstractMojo {

    /** The project that is built. */
    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    @SuppressWarnings("NullAway.Init") // Maven sets it
    MavenProject project;

    /** The folder of compiled classes. */
    @Parameter(defaultValue = "${project.build.outputDirectory}", readonly = true, required = true)
    @SuppressWarnings("NullAway.Init") // Maven sets it
    File classes;

    /** The folder of compiled test classes. */
    @Parameter(
            defaultValue = "${project.build.testOutputDirectory}",
            readonly = true,
            required = true)
    @SuppressWarnings("NullAway.Init") // Maven sets it
    File testClasses;

    /** Whether to leave everything as it is. Bodies are woven when the program runs, then. */
    @Parameter(property = "thrum.skip", defaultValue = "false")
    boolean skip;

    /**
     * Whether to make a second machine for each body that needs one, which keeps variables as long
     * as they are in scope, and runs when a debugger is attached or with {@code
     * -Dthrum.debug=true}. Without it, debuggers do not show variables that are not needed any
     * more.
     */
    @Parameter(property = "thrum.weave.debug", defaultValue = "true")
    boolean debug;

    /** A file to which a line is added for each body: where it is, its states, what they keep. */
    @Parameter(property = "thrum.weave.report")
    @Nullable String report;

    /** Weaves a folder, in place. */
    void weave(File folder, List<String> classPath)
            throws MojoExecutionException, MojoFailureException {
        if (skip) {
            getLog().info("Weaving is skipped (thrum.skip).");
            return;
        }
        try {
            ProjectWeaver.Result result =
                    weaver(folder, classPath).weave(folder.toPath(), new Report(report));
            refuse(result.problems());
            getLog().info(
                            "Woven: "
                                    + result.classes()
                                    + " classes changed, "
                                    + result.generated()
                                    + " added, in "
                                    + folder);
        } catch (IOException failure) {
            throw new MojoExecutionException("Weaving " + folder + ": " + failure, failure);
        }
    }

    ProjectWeaver weaver(File folder, List<String> classPath) {
        List<Path> path = new ArrayList<>();
        for (String element : classPath) {
            path.add(Path.of(element));
        }
        return new ProjectWeaver(folder.toPath(), path, debug);
    }

    List<String> mainPath() throws MojoExecutionException {
        try {
            return project.getCompileClasspathElements();
        } catch (DependencyResolutionRequiredException impossible) {
            throw new MojoExecutionException("The class path is not resolved", impossible);
        }
    }

    List<String> testPath() throws MojoExecutionException {
        try {
            return project.getTestClasspathElements();
        } catch (DependencyResolutionRequiredException impossible) {
            throw new MojoExecutionException("The class path is not resolved", impossible);
        }
    }

    void refuse(List<String> problems) throws MojoFailureException {
        if (problems.isEmpty()) {
            return;
        }
        problems.forEach(getLog()::error);
        throw new MojoFailureException(
                (problems.size() == 1
                                ? "One async body or await is"
                                : problems.size() + " async" + " bodies and awaits are")
                        + " not as they have to be:\n"
                        + String.join("\n", problems));
    }
}
