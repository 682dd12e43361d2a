/** Files that survive a crash: immutable generations, atomic renames, and the mode and owner of private keys. */
package dev.perennial.agent.files;
