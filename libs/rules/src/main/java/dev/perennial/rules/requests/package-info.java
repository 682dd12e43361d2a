/** The rules for requests: policy, canonical form, and the check against an existing order (pure). */
package dev.perennial.rules.requests;
