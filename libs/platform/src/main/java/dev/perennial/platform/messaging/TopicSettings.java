package dev.perennial.platform.messaging;

import dev.perennial.events.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The settings that a topic must have, compared with those that it has. */
record TopicSettings(String topic, Map<String, String> required) {
    TopicSettings {
        required = Map.copyOf(required);
    }

    /** Of a topic of the contract, or of a team; empty for another one. */
    static Optional<TopicSettings> of(String topic) {
        return Topic.named(topic)
                .or(() -> Topic.team(topic).map(team -> Topic.REQUESTS))
                .map(known -> new TopicSettings(topic, known.settings()));
    }

    static TopicSettings ofDeadLetters(String topic) {
        return new TopicSettings(topic, Topic.deadLetterSettings());
    }

    /** One text per setting that differs: the setting, its value, and the required one. */
    List<String> deviations(Map<String, String> actual) {
        List<String> deviations = new ArrayList<>();
        new TreeMap<>(required).forEach((name, value) -> {
            String found = actual.getOrDefault(name, "");
            if (!suffices(name, value, found)) {
                deviations.add(name + " of " + topic + " is '" + found + "', but must be " + value);
            }
        });
        return deviations;
    }

    private boolean suffices(String name, String value, String found) {
        return switch (name) {
            case "retention.ms" -> isAtLeast(value, found) || found.equals("-1");
            // Records of a topic that are larger than the contract allows exhaust the memory of its consumers.
            case "max.message.bytes" -> topic.endsWith(".dlq") ? isAtLeast(value, found) : value.equals(found);
            default -> value.equals(found);
        };
    }

    private static boolean isAtLeast(String value, String found) {
        return found.matches("[0-9]{1,18}") && Long.parseLong(found) >= Long.parseLong(value);
    }
}
