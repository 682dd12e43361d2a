/** How fast and how dear the fleet is, on this machine, beside the bare ACME sequence. Prints; never judges. */
package dev.perennial.bench;
