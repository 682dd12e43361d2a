/**
 * Deploys certificates after an event or a difference from Vault, and reports the served certificate. No other package
 * decides which certificate is deployed. It must never log, trace or report key material.
 */
package dev.perennial.agent.deploy;
