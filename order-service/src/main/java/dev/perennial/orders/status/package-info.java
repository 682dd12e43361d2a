/**
 * The revocation status of current certificates, from CRLs and OCSP. The scheduled task {@code CHECK_STATUS} runs the checks. Only answers that
 * the issuing CA has signed count, and only public addresses are contacted unless the configuration allows others: the URLs come from certificates.
 */
package dev.perennial.orders.status;
