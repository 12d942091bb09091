/**
 * Weaving before a class is loaded, by the agent or by the Maven plugin: from the bytes of a class
 * to its changed bytes and those of the classes beside it. A pure function of class files.
 *
 * <p>{@link dev.thrum.weave.build.ClassWeaver} is the way in. The class itself is changed in three
 * places only: where it makes an async body from a lambda or method reference, it makes an object
 * of a generated class instead ({@code BodyClasses}); a class whose objects are bodies implements
 * {@code WovenBody}, which leads to its machines ({@code Dispatch}); and what machines may not do,
 * it does for them in synthetic methods ({@code Accessors}). Its own methods stay as they are. No
 * other class is changed.
 */
@NullMarked
package dev.thrum.weave.build;

import org.jspecify.annotations.NullMarked;
