package dev.perennial.testbed.chaos;

import java.util.List;
import java.util.function.Supplier;

/**
 * Something that holds when all is over, whatever has happened.
 *
 * @param violations looks, and tells what speaks against it; nothing where it is kept
 */
record Invariant(String name, Supplier<List<String>> violations) {}
