/**
 * Programs in containers instead of processes, on images made here, from scratch, of the same pinned binaries. Only the
 * launching differs: the parts do not know. It must never pull an image.
 */
package dev.perennial.testbed.container;
