/** A PEM file with the key and the certificates, for servers that open one file only once. */
package dev.perennial.agent.targets.combinedpem;
