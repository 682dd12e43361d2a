package dev.perennial.api;

import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;

/** The response to an accepted request for a certificate or a renewal. */
public record AcceptedRequest(CertificateId certificateId, OrderId orderId, Disposition disposition) {}
