/**
 * Targets that are one file, which one rename replaces: an include file, a combined PEM, a key store. A kind defines the
 * content of the file, the rest is the same for all. Only the factory of targets ({@code dev.perennial.agent.host}) may
 * use this package and the kinds.
 */
package dev.perennial.agent.targets.onefile;
