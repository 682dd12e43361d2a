/**
 * OpenBao, which implements Vault's API, with the KV mount, and one AppRole and policy per service. Hosts are enrolled by the fleet. It must
 * never run in development mode, in which the root token is known.
 */
package dev.perennial.testbed.vault;
