/**
 * Checks before an installation that key, leaf, chain, names and dates of a bundle belong together. Pure; it must never
 * read or write a file, because it runs before any change.
 */
package dev.perennial.agent.check;
