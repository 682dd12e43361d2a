/**
 * Checks that key, leaf, chain, names and dates of a bundle belong together before it is installed. Pure; it must never touch
 * a file, because it runs before any change.
 */
package dev.perennial.agent.check;
