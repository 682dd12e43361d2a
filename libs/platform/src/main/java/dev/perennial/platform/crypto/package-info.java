/** Which implementation of the cryptographic primitives a service uses. It must never hold a key. */
package dev.perennial.platform.crypto;
