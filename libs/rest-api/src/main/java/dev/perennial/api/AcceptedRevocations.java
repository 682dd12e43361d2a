package dev.perennial.api;

import java.util.List;
import java.util.Optional;

/**
 * @param revocations one for each X.509 certificate that is to be revoked; none if the request waits
 * @param approval for which the request waits
 */
public record AcceptedRevocations(List<PlannedRevocation> revocations, Optional<WaitingApproval> approval) {
    public AcceptedRevocations {
        revocations = Absent.asEmpty(revocations);
        approval = Absent.asEmpty(approval);
    }
}
