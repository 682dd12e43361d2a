package dev.perennial.testbed.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perennial.testbed.process.HealthCheck;
import dev.perennial.testbed.process.PidFiles;
import dev.perennial.testbed.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Prints one line for each part. Exit code 0 only if all parts are healthy. */
final class Status {
    private Status() {}

    static int run() {
        if (BackgroundRun.process().isEmpty()) {
            System.out.println("The stack is not running; ./perennial up starts it.");
            return 1;
        }
        Path parts = BackgroundRun.folder().resolve(RunFiles.PARTS_FILE);
        if (!Files.exists(parts)) {
            System.out.println("The stack is starting.");
            return 1;
        }
        boolean all = true;
        for (JsonNode part : read(parts)) {
            all &= show(part);
        }
        return all ? 0 : 1;
    }

    private static boolean show(JsonNode part) {
        String name = part.required("name").asText();
        URI address = URI.create(part.required("address").asText());
        boolean inHolder = !part.required("process").asBoolean();
        var process = BackgroundRun.run().pids().find(inHolder ? PidFiles.OWNER : name);
        boolean healthy = process.isPresent()
                && (part.has("health")
                        ? HealthCheck.answers(URI.create(part.get("health").asText()))
                        : Ports.accepts(address));
        System.out.println(String.format(
                Locale.ROOT,
                "  %-22s %-28s %-10s %s",
                name,
                address,
                process.map(p -> (inHolder ? "(" : "") + p.pid() + (inHolder ? ")" : ""))
                        .orElse("-"),
                healthy ? "healthy" : process.isPresent() ? "NOT HEALTHY" : "NOT RUNNING"));
        return healthy;
    }

    private static JsonNode read(Path file) {
        try {
            return JsonMapper.builder().build().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
