/**
 * The four services as processes of their own, each with one properties file as the contract says. The tests kill and
 * restart them one by one.
 */
package dev.perennial.testbed.fleet;
