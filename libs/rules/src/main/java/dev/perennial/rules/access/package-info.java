/** Who may do what: principals, their grants, and the decision about an action on a resource. */
package dev.perennial.rules.access;
