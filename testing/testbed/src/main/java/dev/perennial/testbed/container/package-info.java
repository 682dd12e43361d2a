/**
 * Programs in containers instead of processes, with images that contain only the same pinned binaries. Only the launcher differs;
 * the parts are the same. It must never pull an image.
 */
package dev.perennial.testbed.container;
