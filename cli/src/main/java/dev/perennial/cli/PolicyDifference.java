package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What another document of a policy changes: one line for each owner and field. */
final class PolicyDifference {
    private static final String OTHER_OWNERS = "otherOwners";
    private static final String OWNERS = "owners";

    private PolicyDifference() {}

    static List<String> of(JsonNode before, JsonNode after) {
        Map<String, String> old = values(before);
        Map<String, String> now = values(after);
        return Stream.concat(old.keySet().stream(), now.keySet().stream())
                .distinct()
                .sorted()
                .filter(path -> !Optional.ofNullable(old.get(path)).equals(Optional.ofNullable(now.get(path))))
                .map(path -> line(path, old.get(path), now.get(path)))
                .map(Text::oneLine)
                .toList();
    }

    private static String line(String path, String old, String now) {
        if (old == null) {
            return "+ " + path + ": " + now;
        }
        return now == null ? "- " + path + ": " + old : "~ " + path + ": " + old + " -> " + now;
    }

    /** By path, as JSON. An owner without any field is a value too: it may request. */
    private static Map<String, String> values(JsonNode document) {
        Map<String, String> values = new TreeMap<>();
        values.put(OTHER_OWNERS, document.path(OTHER_OWNERS).asText("ALLOWED"));
        for (String field : new TreeSet<>(fields(document))) {
            if (!field.equals(OTHER_OWNERS) && !field.equals(OWNERS)) {
                values.put(field, document.get(field).toString());
            }
        }
        document.path(OWNERS).properties().forEach(owner -> {
            String path = OWNERS + "." + owner.getKey();
            values.put(path, "present");
            owner.getValue()
                    .properties()
                    .forEach(field -> values.put(
                            path + "." + field.getKey(), field.getValue().toString()));
        });
        return values;
    }

    private static List<String> fields(JsonNode document) {
        return document.properties().stream().map(Map.Entry::getKey).toList();
    }
}
