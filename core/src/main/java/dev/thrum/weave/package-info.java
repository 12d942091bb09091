/**
 * The weaver: turns a method that awaits into a class that is its state machine.
 *
 * <p>It maps class bytes to class bytes and knows the task package only by name ({@link
 * dev.thrum.weave.Names}). A weave goes through small passes, each in a class of its own:
 *
 * <ol>
 *   <li>{@code code}: one method as an array of instructions, with its handlers, lines, variables
 *       and recorded frames;
 *   <li>{@code flow}: what is on the stack and in the locals at each instruction, what is live,
 *       which monitors are held, which objects are created around an await;
 *   <li>{@code emit}: where each state keeps its values, and the machine's class file;
 *   <li>{@code link}: at run time, from an async body (a lambda, a method reference, an object) to
 *       its code, and from the machine to the members of its host.
 * </ol>
 *
 * <p>What cannot be woven is refused with a {@link dev.thrum.weave.WeaveException}; nothing is ever
 * woven half.
 *
 * <p>References are non-null unless they are marked {@code @Nullable}. Nothing here is exported.
 */
@NullMarked
package dev.thrum.weave;

import org.jspecify.annotations.NullMarked;
