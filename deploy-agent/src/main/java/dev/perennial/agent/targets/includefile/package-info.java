/**
 * Servers that read certificate and key from an include file: nginx and Apache. Only the factory of targets
 * ({@code dev.perennial.agent.host}) may use this package.
 */
package dev.perennial.agent.targets.includefile;
