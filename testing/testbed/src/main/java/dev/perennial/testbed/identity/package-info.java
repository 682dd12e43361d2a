/** Identity providers. */
package dev.perennial.testbed.identity;
