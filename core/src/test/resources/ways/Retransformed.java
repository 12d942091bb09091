import static dev.thrum.task.Async.async;

import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;

/** Another agent, as profilers are, and what it changes while it runs. */
public class Retransformed {

    private static Instrumentation instrumentation;

    public static void premain(String options, Instrumentation given) {
        instrumentation = given;
    }

    static class Host {
        static String plain() {
            return "old";
        }

        static Async<String> block() {
            return async(() -> {
                Task.yieldNow().await();
                return "old";
            });
        }
    }

    private static final class NewWords implements ClassFileTransformer {
        @Override
        public byte[] transform(
                ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] code) {
            if (type != Host.class) {
                return null;
            }
            ClassFile file = ClassFile.of(ClassFile.StackMapsOption.DROP_STACK_MAPS);
            return ClassFile.of()
                    .transformClass(
                            file.parse(code),
                            ClassTransform.transformingMethodBodies((builder, element) -> {
                                if (element instanceof ConstantInstruction word
                                        && "old".equals(word.constantValue())) {
                                    builder.loadConstant("new");
                                } else {
                                    builder.with(element);
                                }
                            }));
        }
    }

    public static void main(String[] arguments) throws Exception {
        Async<String> before = Host.block();
        instrumentation.addTransformer(new NewWords(), true);
        instrumentation.retransformClasses(Host.class);
        System.out.println(
                Host.plain() + " " + Task.blockOn(before) + " " + Task.blockOn(Host.block()));
    }
}
