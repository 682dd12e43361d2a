/**
 * Writes the contract down for people and programs that do not read Java: JSON Schemas, the AsyncAPI document and
 * docs/reference/events.md, all from the records. Tests compare them with the committed files; {@code
 * -Dcontract.update=true} rewrites those instead. Golden files are never rewritten.
 */
package dev.perennial.events.contract;
