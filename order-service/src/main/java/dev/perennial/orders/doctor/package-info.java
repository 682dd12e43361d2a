/**
 * The connectivity test: everything between this installation and a certificate, hop by hop, and how to mend what is broken. The rules
 * are pure; {@link dev.perennial.orders.doctor.Doctor} looks. Called by REST. It must never change anything anywhere: it orders
 * nothing, registers nothing and takes no budget.
 */
package dev.perennial.orders.doctor;
