package dev.perennial.orders.http;

import dev.perennial.api.AcceptedRevocations;
import dev.perennial.api.PlannedRevocation;
import dev.perennial.api.RevocationDetail;
import dev.perennial.api.RevocationRequest;
import dev.perennial.api.RevocationState;
import dev.perennial.events.CertificateId;
import dev.perennial.events.RevocationRequested;
import dev.perennial.orders.revocation.Revocation;
import dev.perennial.orders.revocation.RevocationAnswer;
import dev.perennial.orders.submission.PendingApproval;
import java.util.List;
import java.util.Optional;

/** Maps revocations to records of the API, and requests from them. */
final class RevocationMapping {
    private RevocationMapping() {}

    static RevocationRequested request(CertificateId certificate, RevocationRequest body) {
        return new RevocationRequested(
                Optional.of(certificate),
                Optional.empty(),
                Optional.empty(),
                body.fingerprint(),
                body.serial(),
                body.reason(),
                body.comment(),
                body.replace());
    }

    static AcceptedRevocations accepted(RevocationAnswer accepted) {
        return new AcceptedRevocations(
                accepted.revocations().stream().map(RevocationMapping::planned).toList(), Optional.empty());
    }

    static AcceptedRevocations waiting(PendingApproval approval) {
        return new AcceptedRevocations(List.of(), Optional.of(ApprovalMapping.waiting(approval)));
    }

    private static PlannedRevocation planned(RevocationAnswer.Planned planned) {
        return new PlannedRevocation(
                planned.certificateId(),
                planned.orderId(),
                planned.name(),
                planned.owner(),
                planned.fingerprint(),
                planned.serial(),
                planned.reason(),
                planned.replacedFirst(),
                planned.revokeBy(),
                planned.retired());
    }

    static RevocationDetail detail(Revocation row) {
        return new RevocationDetail(
                EnumMapping.to(RevocationState.class, row.state()),
                row.reason(),
                row.comment(),
                row.retired(),
                row.dueAt(),
                row.revokeBy(),
                row.problem().map(Problems::of),
                row.requestedAt(),
                row.updatedAt());
    }
}
