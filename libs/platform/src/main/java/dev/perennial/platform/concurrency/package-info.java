/** Concurrent work with the trace and the log context of its caller. It must not depend on the kind of work. */
package dev.perennial.platform.concurrency;
