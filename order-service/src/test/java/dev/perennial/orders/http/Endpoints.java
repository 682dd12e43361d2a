package dev.perennial.orders.http;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Role;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The endpoints of the REST API, from the annotations of the resource classes. */
final class Endpoints {
    /** @param permission absent if the annotation is missing */
    record Endpoint(String method, String path, Optional<Permission> permission) {
        String row() {
            Action action = permission.orElseThrow().value();
            return "| `%s %s` | `%s` | %s | %s |"
                    .formatted(method, path, action.wireName(), roles(action), scope(action));
        }

        private static String roles(Action action) {
            return action.roles().stream().sorted().map(Role::wireName).collect(Collectors.joining(", "));
        }

        private String scope(Action action) {
            if (action.isUnscoped()) {
                return "any";
            }
            if (path.startsWith("/certificates") || path.startsWith("/approvals") || path.equals("/doctor")) {
                return "certificate";
            }
            if (path.startsWith("/owners")
                    || path.startsWith("/policy") && permission.orElseThrow().byMethod()) {
                return "owner";
            }
            return path.contains("{issuer}") ? "issuer" : "installation";
        }
    }

    private Endpoints() {}

    static List<Endpoint> all() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackagesOf(Endpoints.class).stream()
                        .filter(type -> type.isAnnotatedWith(Path.class))
                        .map(type -> type.reflect())
                        .flatMap(Endpoints::of)
                        .sorted(Comparator.comparing(Endpoint::path).thenComparing(Endpoint::method))
                        .toList();
    }

    private static Stream<Endpoint> of(Class<?> resource) {
        String base = resource.getAnnotation(Path.class).value();
        return Arrays.stream(resource.getDeclaredMethods())
                .flatMap(method -> verb(method)
                        .map(verb -> new Endpoint(
                                verb, path(base, method), Optional.ofNullable(method.getAnnotation(Permission.class))))
                        .stream());
    }

    private static String path(String base, Method method) {
        Path own = method.getAnnotation(Path.class);
        return "/" + base + (own == null ? "" : "/" + own.value());
    }

    private static Optional<String> verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .map(type -> type.getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null)
                .map(HttpMethod::value)
                .findFirst();
    }
}
