package dev.perennial.orders.revocation;

import dev.perennial.events.RevocationRequested;
import dev.perennial.orders.approvals.ApprovedSubmission;
import dev.perennial.orders.submission.SubmissionHandler;
import dev.perennial.rules.access.Action;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** The effect of an approved request to revoke a certificate. */
@Singleton
public class ApprovedRevocation extends ApprovedSubmission<RevocationRequested, RevocationAnswer> {
    @Inject
    public ApprovedRevocation(SubmissionHandler handler, RevocationRequests requests) {
        super(Action.CERTIFICATE_REVOKE, RevocationRequested.class, handler, requests);
    }
}
