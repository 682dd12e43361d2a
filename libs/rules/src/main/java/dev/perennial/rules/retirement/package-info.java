/** The rules of automatic retirement: when a certificate is retired, and which names are dropped from it (pure). */
package dev.perennial.rules.retirement;
