package dev.perennial.platform.reference;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Reads the {@code @ConfigMapping} interfaces below a folder of sources: every key with type, default and Javadoc. */
final class ConfigurationKeys {
    private static final Pattern GENERIC = Pattern.compile("(Optional|List|Map<String, )<?(.*)>");

    /**
     * One interface.
     *
     * @param name simple name of the interface
     * @param doc its Javadoc on one line
     */
    record Mapping(String prefix, String name, String doc, List<Key> keys) {}

    /**
     * @param type the type, as shown to readers
     * @param defaultValue the value without the key
     * @param required the service does not start without it
     */
    record Key(String name, String type, Optional<String> defaultValue, boolean required, String doc) {}

    private ConfigurationKeys() {}

    static List<Mapping> below(Path sources) {
        List<Mapping> mappings = new ArrayList<>();
        for (Path file : mappingFiles(sources)) {
            mappings.addAll(read(file));
        }
        return mappings.stream().sorted(Comparator.comparing(Mapping::prefix)).toList();
    }

    private static List<Path> mappingFiles(Path sources) {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> text(file).contains("@ConfigMapping("))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Mapping> read(Path file) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjects(file));
            List<Mapping> found = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                for (Tree type : unit.getTypeDecls()) {
                    if (type instanceof ClassTree declared) {
                        new Unit(DocTrees.instance(task), unit)
                                .mapping(declared)
                                .ifPresent(found::add);
                    }
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Unit(DocTrees docs, CompilationUnitTree unit) {
        Optional<Mapping> mapping(ClassTree declared) {
            return value(declared.getModifiers(), "ConfigMapping").map(prefix -> {
                Map<String, ClassTree> nested = new HashMap<>();
                for (Tree member : declared.getMembers()) {
                    if (member instanceof ClassTree type) {
                        nested.put(type.getSimpleName().toString(), type);
                    }
                }
                List<Key> keys = new ArrayList<>();
                collect(declared, prefix, nested, keys);
                return new Mapping(prefix, declared.getSimpleName().toString(), doc(declared), keys);
            });
        }

        private void collect(ClassTree type, String prefix, Map<String, ClassTree> nested, List<Key> keys) {
            for (Tree member : type.getMembers()) {
                if (member instanceof MethodTree method
                        && method.getBody() == null
                        && method.getParameters().isEmpty()) {
                    boolean parent =
                            annotation(method.getModifiers(), "WithParentName").isPresent();
                    add(
                            method,
                            parent
                                    ? prefix
                                    : prefix + "." + kebab(method.getName().toString()),
                            nested,
                            keys);
                }
            }
        }

        private void add(MethodTree method, String name, Map<String, ClassTree> nested, List<Key> keys) {
            Optional<String> given = value(method.getModifiers(), "WithDefault");
            String type = method.getReturnType().toString();
            boolean required = given.isEmpty();
            StringBuilder shape = new StringBuilder();
            for (Matcher it = GENERIC.matcher(type); it.matches(); it = GENERIC.matcher(type)) {
                switch (it.group(1)) {
                    case "Optional" -> required = false;
                    case "List" -> shape.append("list of ");
                    default -> {
                        name += ".<name>";
                        required = false;
                    }
                }
                type = it.group(2);
            }
            if (nested.containsKey(type)) {
                collect(nested.get(type), shape.isEmpty() ? name : name + "[<n>]", nested, keys);
            } else {
                keys.add(new Key(
                        name,
                        shape + plain(type),
                        given,
                        required && !type.startsWith("Optional") && !name.contains("<"),
                        doc(method)));
            }
        }

        private String doc(Tree tree) {
            String comment = docs.getDocComment(TreePath.getPath(unit, tree));
            if (comment == null) {
                throw new IllegalStateException(unit.getSourceFile().getName() + " has no Javadoc at " + tree);
            }
            return comment.replaceAll("\\s*\\R\\s*", " ")
                    .replaceAll("\\{@(code|link)\\s+([^}]*)}", "$2")
                    .strip();
        }
    }

    private static Optional<AnnotationTree> annotation(ModifiersTree modifiers, String name) {
        return modifiers.getAnnotations().stream()
                .map(AnnotationTree.class::cast)
                .filter(it -> it.getAnnotationType().toString().equals(name))
                .findFirst();
    }

    /** The value of an annotation with one attribute. */
    private static Optional<String> value(ModifiersTree modifiers, String annotation) {
        return annotation(modifiers, annotation)
                .map(it -> it.getArguments().getFirst())
                .map(it -> it instanceof AssignmentTree assignment ? assignment.getExpression() : it)
                .map(it -> String.valueOf(((LiteralTree) it).getValue()));
    }

    private static String plain(String type) {
        return switch (type) {
            case "Duration" -> "duration";
            case "int", "OptionalInt" -> "integer";
            case "boolean" -> "true or false";
            case "Path" -> "path";
            case "URI" -> "URL";
            case "String" -> "text";
            case "ZoneId" -> "time zone";
            case "Limit" -> "limit";
            case "Dns01SelfCheck" -> "authoritative, answering, resolver or off";
            case "SignatureMode" -> "required, warn or ignored";
            case "HostSignatureMode" -> "required, warn or ignored";
            case "FourEyesMode" -> "required or off";
            case "ExpectedRights" -> "challenge-names, txt or unchecked";
            case "DropNames" -> "never, in-emergency or at-once";
            default -> throw new IllegalStateException("no words for the type " + type);
        };
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
