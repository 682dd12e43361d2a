/**
 * Whether a bundle from Vault may be put before a server: key, leaf, chain, names and dates belong together. Pure; it
 * must never touch a file, because it runs before anything is changed.
 */
package dev.perennial.agent.check;
