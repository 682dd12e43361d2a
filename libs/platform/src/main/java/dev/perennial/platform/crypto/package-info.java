/** Selects the implementation of cryptographic primitives. It must never hold a key. */
package dev.perennial.platform.crypto;
