package dev.perennial.testbed.chaos;

import java.util.List;
import java.util.function.Supplier;

/**
 * A condition that must hold at the end of every run.
 *
 * @param violations checks the condition and returns the evidence of violations; empty if it holds
 */
record Invariant(String name, Supplier<List<String>> violations) {}
