/**
 * OpenBao, which speaks Vault's API, with everything that the fleet needs in it: the KV mount, one AppRole and policy per
 * service, and one identity per host. It must never run in development mode, where the root token would be known.
 */
package dev.perennial.testbed.vault;
