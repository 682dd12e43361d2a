/** Bodies of HTTP responses, limited in size and time. */
package dev.perennial.platform.http;
