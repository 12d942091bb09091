/**
 * {@code -javaagent:thrum.jar}: weaves classes when they are loaded. It is started by the JVM, by
 * the name in the manifest of the jar; nobody else uses it.
 */
@NullMarked
package dev.thrum.weave.agent;

import org.jspecify.annotations.NullMarked;
