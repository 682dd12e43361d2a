/** The rules that decide when a row of the history may be deleted (pure). */
package dev.perennial.rules.retention;
