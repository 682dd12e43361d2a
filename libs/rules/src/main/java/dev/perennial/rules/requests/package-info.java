/** What a request may ask for: policy, canonical form, and what follows for a certificate that exists already (pure). */
package dev.perennial.rules.requests;
