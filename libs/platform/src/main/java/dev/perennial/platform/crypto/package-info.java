/** The implementation of cryptographic primitives, and the signatures of events. Private keys of certificates are elsewhere. */
package dev.perennial.platform.crypto;
