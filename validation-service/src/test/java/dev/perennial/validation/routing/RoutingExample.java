package dev.perennial.validation.routing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file under docs/operating/routing, with the addresses of this machine instead of the example's. */
public record RoutingExample(String text) {
    public static RoutingExample of(String file) {
        try {
            return new RoutingExample(Files.readString(Path.of("..", "docs", "operating", "routing", file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws AssertionError if the text is not in the file exactly once */
    public RoutingExample with(String example, String here) {
        int first = text.indexOf(example);
        if (first < 0 || text.indexOf(example, first + 1) >= 0) {
            throw new AssertionError("'" + example + "' must occur once in:\n" + text);
        }
        return new RoutingExample(text.replace(example, here));
    }
}
