/** From a method's code and what is known about it to the class file of its state machine. */
@NullMarked
package dev.thrum.weave.emit;

import org.jspecify.annotations.NullMarked;
