/** How a certificate is revoked: whether a replacement is served first, how long that may take, and which step comes next. */
package dev.perennial.rules.revocation;
