/**
 * Data flow over the code of one method: types at each instruction, live variables, held monitors,
 * objects that are created around an await. All of it is read-only.
 */
@NullMarked
package dev.thrum.weave.flow;

import org.jspecify.annotations.NullMarked;
