/**
 * OpenBao, which implements Vault's API, with the KV mount, one AppRole and policy per service, and one identity per host. It must
 * never run in development mode, in which the root token is known.
 */
package dev.perennial.testbed.vault;
