/** The settings of the validation that several packages use. It must not depend on any of them. */
package dev.perennial.validation;
