/** Measures throughput, latency and costs of the fleet on this machine, compared with the bare ACME sequence. */
package dev.perennial.bench;
