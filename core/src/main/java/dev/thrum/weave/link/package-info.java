/**
 * Weaving at run time: finds the code of an async body, defines its machine beside the class that
 * the code comes from, and binds what the machine may not reach by itself. The task package calls
 * {@link dev.thrum.weave.link.BodyLinker} and, for the bootstraps of machines, {@link
 * dev.thrum.weave.link.HostLinker}.
 */
@NullMarked
package dev.thrum.weave.link;

import org.jspecify.annotations.NullMarked;
