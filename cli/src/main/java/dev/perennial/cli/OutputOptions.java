package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The output format. */
final class OutputOptions {
    /** An output format. */
    enum Format {
        text,
        json
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; json is the response of the API; default: ${DEFAULT-VALUE}")
    private Format format = Format.text;

    boolean json() {
        return format == Format.json;
    }

    static void print(JsonNode json, PrintWriter out) {
        out.println(json.toPrettyString());
        out.flush();
    }
}
