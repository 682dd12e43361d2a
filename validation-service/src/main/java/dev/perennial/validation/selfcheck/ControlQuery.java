package dev.perennial.validation.selfcheck;

import java.net.URI;

/** Finds out whether this host's own resolver and network work. */
@FunctionalInterface
public interface ControlQuery {
    /**
     * Blocks for a bounded time.
     *
     * @param ca a URL of the order's CA, whose host is the default target
     */
    ControlResult query(URI ca);
}
