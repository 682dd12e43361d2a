package dev.perennial.orders.http;

import dev.perennial.api.IssuerChangeDetail;
import dev.perennial.api.IssuerDetail;
import dev.perennial.api.IssuerSource;
import dev.perennial.orders.issuer.IssuerChange;
import dev.perennial.orders.issuer.StoredIssuer;

/** Maps issuers to records of the API. */
final class IssuerMapping {
    private IssuerMapping() {}

    static IssuerDetail detail(StoredIssuer issuer) {
        return new IssuerDetail(
                issuer.settings().name(),
                issuer.revision(),
                EnumMapping.to(IssuerSource.class, issuer.managedBy()),
                issuer.createdAt(),
                issuer.updatedAt(),
                issuer.settings());
    }

    static IssuerChangeDetail change(IssuerChange change) {
        return new IssuerChangeDetail(
                change.revision(),
                change.at(),
                EnumMapping.to(IssuerSource.class, change.changedBy()),
                change.before(),
                change.after(),
                change.traceId());
    }
}
