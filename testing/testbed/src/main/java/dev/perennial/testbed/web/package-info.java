/** nginx, as a target host runs it: its certificates are whatever the include files say that the deploy-agent owns. */
package dev.perennial.testbed.web;
