package dev.thrum.maven;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;

/**
 * Fails if an async body of the project's classes or test classes is not woven, or if an {@code
 * await()} stands outside of one.
 */
@Mojo(
        name = "verify",
        defaultPhase = LifecyclePhase.VERIFY,
        requiresDependencyResolution = ResolutionScope.TEST,
        threadSafe = true)
public final class VerifyMojo extends AbstractWeaveMojo {

    /** Whether test classes have to be woven, too. */
    @Parameter(property = "thrum.verify.tests", defaultValue = "true")
    boolean tests;

    /** For Maven. */
    public VerifyMojo() {}

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        if (skip) {
            getLog().info("The check of weaving is skipped (thrum.skip).");
            return;
        }
        List<String> problems = new ArrayList<>();
        try {
            problems.addAll(weaver(classes, mainPath()).verify());
            if (tests) {
                problems.addAll(weaver(testClasses, testPath()).verify());
            }
        } catch (IOException failure) {
            throw new MojoExecutionException("Checking the weaving: " + failure, failure);
        }
        refuse(problems);
    }
}
