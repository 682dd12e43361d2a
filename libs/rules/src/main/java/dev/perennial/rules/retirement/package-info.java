/** When a certificate ends by itself, and which names are dropped from it (pure). */
package dev.perennial.rules.retirement;
