package dev.perennial.orders.requests;

import dev.perennial.events.CertificateRequested;
import dev.perennial.orders.approvals.ApprovedSubmission;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.SubmissionHandler;
import dev.perennial.rules.access.Action;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** The effect of an approved request for a certificate. */
@Singleton
public class ApprovedRequest extends ApprovedSubmission<CertificateRequested, AcceptedOrder> {
    @Inject
    public ApprovedRequest(SubmissionHandler handler, CertificateRequests requests) {
        super(Action.CERTIFICATE_REQUEST, CertificateRequested.class, handler, requests);
    }
}
