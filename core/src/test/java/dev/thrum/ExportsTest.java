package dev.thrum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.task.Poll;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The API names only what its users can name too. (javac's lint {@code exports} would say so as
 * well, but cannot be told that JSpecify's annotations are no part of a signature.)
 */
class ExportsTest {

    private final ModuleReference module = thrum();
    private final Set<String> exported =
            module.descriptor().exports().stream()
                    .filter(export -> !export.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toSet());

    @Test
    void noSignatureOfTheApiMentionsAnInternalType() throws Exception {
        List<String> leaks = new ArrayList<>();
        for (Class<?> type : apiTypes()) {
            for (Type supertype : supertypes(type)) {
                leaks.addAll(leaksOf(supertype, type.getName()));
            }
            leaks.addAll(leaksOf(type.getTypeParameters(), type.getName()));
            for (var field : type.getDeclaredFields()) {
                if (isApi(field)) {
                    leaks.addAll(leaksOf(field.getGenericType(), field.toString()));
                }
            }
            for (var executable : executables(type)) {
                leaks.addAll(leaksOf(executable.getTypeParameters(), executable.toString()));
                leaks.addAll(leaksOf(executable.getGenericParameterTypes(), executable.toString()));
                leaks.addAll(leaksOf(executable.getGenericExceptionTypes(), executable.toString()));
                if (executable instanceof Method method) {
                    leaks.addAll(leaksOf(method.getGenericReturnType(), method.toString()));
                }
            }
        }
        assertThat(leaks).isEmpty();
    }

    @Test
    void theApiIsWhereItsUsersLookForIt() throws Exception {
        assertThat(exported).contains("dev.thrum.task");
        assertThat(apiTypes()).contains(Poll.class, Poll.Ready.class);
    }

    @Test
    void theModuleNeedsNothingButTheJdkAtRunTime() {
        assertThat(module.descriptor().requires())
                .filteredOn(need ->
                        !need.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .extracting(ModuleDescriptor.Requires::name)
                .allMatch(name -> name.startsWith("java.") || name.startsWith("jdk."));
    }

    private static ModuleReference thrum() {
        try {
            var classes =
                    Path.of(Poll.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return ModuleFinder.of(classes).find("dev.thrum").orElseThrow();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All types that somebody outside of the module can name. */
    private List<Class<?>> apiTypes() throws IOException, ClassNotFoundException {
        List<Class<?>> types = new ArrayList<>();
        try (var reader = module.open();
                Stream<String> files = reader.list()) {
            for (String file : files.filter(name -> name.endsWith(".class")).toList()) {
                String name =
                        file.substring(0, file.length() - ".class".length()).replace('/', '.');
                int dot = name.lastIndexOf('.');
                if (dot > 0
                        && exported.contains(name.substring(0, dot))
                        && !name.endsWith("package-info")) {
                    Class<?> type = Class.forName(name, false, getClass().getClassLoader());
                    if (isNameable(type)) {
                        types.add(type);
                    }
                }
            }
        }
        return types;
    }

    private static List<Type> supertypes(Class<?> type) {
        List<Type> supertypes = new ArrayList<>(List.of(type.getGenericInterfaces()));
        if (type.getGenericSuperclass() != null) {
            supertypes.add(type.getGenericSuperclass());
        }
        return supertypes;
    }

    private static List<Executable> executables(Class<?> type) {
        List<Executable> executables = new ArrayList<>();
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isApi(constructor)) {
                executables.add(constructor);
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isApi(method)) {
                executables.add(method);
            }
        }
        return executables;
    }

    private static boolean isApi(Member member) {
        return !member.isSynthetic()
                && (Modifier.isPublic(member.getModifiers())
                        || Modifier.isProtected(member.getModifiers()));
    }

    private boolean isNameable(Class<?> type) {
        if (type.getModule().isNamed()) { // The JDK's: Thrum is on the class path here.
            return true;
        }
        boolean visible =
                Modifier.isPublic(type.getModifiers()) || Modifier.isProtected(type.getModifiers());
        return visible
                && exported.contains(type.getPackageName())
                && !type.isAnonymousClass()
                && !type.isLocalClass()
                && (type.getDeclaringClass() == null || isNameable(type.getDeclaringClass()));
    }

    private Collection<String> leaksOf(Type[] types, String where) {
        List<String> leaks = new ArrayList<>();
        for (Type type : types) {
            leaks.addAll(leaksOf(type, where));
        }
        return leaks;
    }

    private Collection<String> leaksOf(Type type, String where) {
        Set<Class<?>> mentioned = new HashSet<>();
        collect(type, mentioned, new HashSet<>());
        return mentioned.stream()
                .filter(mention -> !isNameable(mention))
                .map(mention -> mention.getName() + " in " + where)
                .toList();
    }

    private static void collect(Type type, Set<Class<?>> mentioned, Set<Type> seen) {
        if (!seen.add(type)) {
            return; // T extends Comparable<T>
        }
        switch (type) {
            case Class<?> c when c.isArray() -> collect(c.getComponentType(), mentioned, seen);
            case Class<?> c -> mentioned.add(c);
            case ParameterizedType p -> {
                collect(p.getRawType(), mentioned, seen);
                collectAll(p.getActualTypeArguments(), mentioned, seen);
            }
            case GenericArrayType a -> collect(a.getGenericComponentType(), mentioned, seen);
            case WildcardType w -> {
                collectAll(w.getUpperBounds(), mentioned, seen);
                collectAll(w.getLowerBounds(), mentioned, seen);
            }
            case TypeVariable<?> v -> collectAll(v.getBounds(), mentioned, seen);
            default -> throw new AssertionError("a new kind of type: " + type);
        }
    }

    private static void collectAll(Type[] types, Set<Class<?>> mentioned, Set<Type> seen) {
        for (Type type : types) {
            collect(type, mentioned, seen);
        }
    }
}
