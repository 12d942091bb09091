/** The goals of the Maven plugin; what they do is in {@code dev.thrum.weave.build}. */
@NullMarked
package dev.thrum.maven;

import org.jspecify.annotations.NullMarked;
