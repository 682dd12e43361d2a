package dev.perennial.orders.requests;

import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import java.util.List;

/** What a requester is told. */
public sealed interface RequestResult {
    record Accepted(CertificateId certificateId, OrderId orderId, Disposition disposition) implements RequestResult {}

    record Refused(List<Problem> problems) implements RequestResult {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
