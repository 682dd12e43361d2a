/** A real API server of Kubernetes with its database, without nodes. */
package dev.perennial.testbed.kubernetes;
