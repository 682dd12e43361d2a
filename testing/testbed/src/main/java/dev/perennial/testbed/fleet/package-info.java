/**
 * The four services as separate processes, each with one properties file. Tests kill and restart them individually.
 */
package dev.perennial.testbed.fleet;
