/** Include files, which name the certificate and the key: nginx and Apache. */
package dev.perennial.agent.targets.includefile;
