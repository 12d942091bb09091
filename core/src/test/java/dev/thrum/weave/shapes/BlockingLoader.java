package dev.thrum.weave.shapes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Loads shapes a second time, to be read as blocking code: each {@code await()} is a call that
 * polls until the value is there. What they do then is what they have to do when woven.
 */
public class BlockingLoader extends ClassLoader {

    private static final String SHAPES = "dev.thrum.weave.shapes.";
    private static final ClassDesc ASYNC = ClassDesc.of("dev.thrum.task.Async");

    /** Creates a loader with classes of its own. */
    public BlockingLoader() {
        super(BlockingLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            if (!name.startsWith(SHAPES)
                    || name.startsWith(Awaiting.class.getName())
                    || name.equals(BlockingLoader.class.getName())) {
                return super.loadClass(name, resolve);
            }
            byte[] bytes = bytes(name.replace('.', '/') + ".class");
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    @Override
    public InputStream getResourceAsStream(String name) {
        return name.startsWith(SHAPES.replace('.', '/'))
                ? new ByteArrayInputStream(bytes(name))
                : super.getResourceAsStream(name);
    }

    private byte[] bytes(String resource) {
        try (InputStream in = getParent().getResourceAsStream(resource)) {
            return read(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What becomes of a class file. */
    protected byte[] read(byte[] bytes) {
        ClassFile file =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(getParent())));
        CodeTransform blocking =
                (builder, element) -> {
                    if (element instanceof InvokeInstruction call
                            && call.name().equalsString("await")
                            && call.type().equalsString("()Ljava/lang/Object;")) {
                        builder.invokestatic(
                                ClassDesc.of(Awaiting.class.getName()),
                                "drive",
                                MethodTypeDesc.of(ConstantDescs.CD_Object, ASYNC));
                    } else {
                        builder.with(element);
                    }
                };
        return file.transformClass(
                file.parse(bytes), ClassTransform.transformingMethodBodies(blocking));
    }
}
