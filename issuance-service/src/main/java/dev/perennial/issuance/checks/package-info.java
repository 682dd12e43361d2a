/**
 * What makes an issued certificate acceptable, as pure rules: no I/O, no clock, no framework. Called between download and
 * storing; a CA is not believed, it is checked.
 */
package dev.perennial.issuance.checks;
