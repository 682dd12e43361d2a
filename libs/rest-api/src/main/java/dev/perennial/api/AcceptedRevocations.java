package dev.perennial.api;

import java.util.List;

/** @param revocations one for each X.509 certificate that is to be revoked */
public record AcceptedRevocations(List<PlannedRevocation> revocations) {
    public AcceptedRevocations {
        revocations = Absent.asEmpty(revocations);
    }
}
