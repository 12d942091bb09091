package dev.thrum.weave.link;

import dev.thrum.weave.WeaveException;
import java.lang.invoke.MethodHandles;

/** The rights of classes that bodies come from. */
final class Lookups {

    private Lookups() {}

    /**
     * A lookup with the private rights of a class.
     *
     * @throws WeaveException if its module does not grant them
     */
    static MethodHandles.Lookup in(Class<?> target) {
        Lookups.class.getModule().addReads(target.getModule());
        try {
            return MethodHandles.privateLookupIn(target, MethodHandles.lookup());
        } catch (IllegalAccessException notOpen) {
            throw new WeaveException(
                    "The async bodies of "
                            + (target.isHidden() ? target.getNestHost() : target).getName()
                            + " cannot be woven: its module does not open the package. Add `opens "
                            + target.getPackageName()
                            + " to dev.thrum;` to the module-info.java of "
                            + target.getModule().getName()
                            + ", or have it woven before it is loaded: by thrum-maven-plugin when"
                            + " it is built, or by -javaagent:thrum.jar.",
                    notOpen);
        }
    }
}
