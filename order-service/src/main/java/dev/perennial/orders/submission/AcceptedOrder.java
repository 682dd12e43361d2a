package dev.perennial.orders.submission;

import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;

/** The answer to a request that leads to an order, or is satisfied by an existing one. */
public record AcceptedOrder(CertificateId certificateId, OrderId orderId, Disposition disposition) {}
