/** The configuration of a service as it is resolved at start. */
package dev.perennial.platform.configuration;
