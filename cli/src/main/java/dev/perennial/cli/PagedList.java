package dev.perennial.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A list that the API returns in pages, each of which continues after a name.
 *
 * @param path with a query, to which {@code after} is added
 * @param next the name for the next page; empty on the last one
 */
record PagedList<P>(String path, Class<P> type, Function<P, Optional<String>> next) {
    /** Prints every page when it has been read; JSON is printed as one array. @return the exit code */
    int print(
            ApiClient api,
            OutputOptions output,
            PrintWriter out,
            Consumer<PrintWriter> header,
            BiConsumer<P, PrintWriter> rows) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        Optional<String> after = Optional.empty();
        do {
            ApiClient.Document<P> page = api.get(
                    path
                            + after.map(name -> "&after=" + ApiClient.encoded(name))
                                    .orElse(""),
                    type);
            if (output.json()) {
                page.json().path("items").forEach(items::add);
            } else {
                if (after.isEmpty()) {
                    header.accept(out);
                }
                rows.accept(page.value(), out);
            }
            after = next.apply(page.value());
        } while (after.isPresent());
        if (output.json()) {
            OutputOptions.print(items, out);
        }
        out.flush();
        return ExitCode.OK;
    }
}
