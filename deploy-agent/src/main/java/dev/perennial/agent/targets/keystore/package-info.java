/** Key stores of Java servers. */
package dev.perennial.agent.targets.keystore;
