/**
 * From a fact about an issued certificate, or from a look at Vault, to a report of what is served. Nothing else decides
 * what is deployed; it must never log, trace or report key material.
 */
package dev.perennial.agent.deploy;
