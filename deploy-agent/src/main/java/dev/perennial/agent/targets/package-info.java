/** The interfaces of a destination of certificates. Each kind of target is a package below this one. */
package dev.perennial.agent.targets;
