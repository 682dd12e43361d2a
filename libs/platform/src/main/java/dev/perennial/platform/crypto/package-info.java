/** Elliptic-curve cryptography and the signatures of events. It has no private keys of certificates. */
package dev.perennial.platform.crypto;
