/**
 * The code of one method, read once into arrays that the passes of the weaver index: instructions,
 * handlers, lines, variables and the frames that the compiler recorded.
 */
@NullMarked
package dev.thrum.weave.code;

import org.jspecify.annotations.NullMarked;
