/**
 * Deploys certificates because of a fact or of a difference from Vault, and reports what is served. No other package decides
 * what is deployed. It must never log, trace or report key material.
 */
package dev.perennial.agent.deploy;
