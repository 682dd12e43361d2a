/** Which requests wait for a second person, who may decide about them, and the states of an approval. Pure. */
package dev.perennial.rules.approvals;
