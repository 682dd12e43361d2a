/** nginx like on a target host: the include files that the deploy-agent owns determine its certificates. */
package dev.perennial.testbed.web;
