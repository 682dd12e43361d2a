/**
 * Files on the host: immutable generations, and the one include file by whose rename a certificate is switched. Called by
 * the deployment and by the reload batch. Whatever line a process dies at, the server's next look finds one whole pair.
 */
package dev.perennial.agent.install;
