package dev.perennial.orders.approvals;

import dev.perennial.orders.access.Caller;
import dev.perennial.orders.access.ServiceTokens;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.approvals.ApprovalNeed;
import dev.perennial.rules.approvals.ApprovalRules;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The actions for which the configuration of the installation requires a second person. */
@Singleton
public class FourEyes {
    public static final String RULE = "perennial.four-eyes";
    private static final Duration MAX_TIME = Duration.ofDays(14);

    private final FourEyesConfig config;
    private final ApprovalsConfig approvals;
    private final ServiceTokens tokens;

    /** @throws IllegalArgumentException if the time for a decision is not from 1 minute to 14 days */
    @Inject
    public FourEyes(FourEyesConfig config, ApprovalsConfig approvals, ServiceTokens tokens) {
        Duration time = approvals.fourEyesTimeout();
        if (time.compareTo(Duration.ofMinutes(1)) < 0 || time.compareTo(MAX_TIME) > 0) {
            throw new IllegalArgumentException(
                    "perennial.approvals.four-eyes-timeout must be from 1 minute to 14 days, got " + time);
        }
        this.config = config;
        this.approvals = approvals;
        this.tokens = tokens;
    }

    public boolean isRequired() {
        return switch (config.mode()) {
            case REQUIRED -> true;
            case OFF -> false;
        };
    }

    /** The approval of a change of the installation. */
    public Optional<ApprovalNeed> ofChange() {
        return need(Role.ADMIN);
    }

    /** The approval of a revocation, unless a grant names the owner of each certificate. */
    public Optional<ApprovalNeed> ofRevocation(Caller caller, Collection<Resource> certificates) {
        boolean own = certificates.stream()
                .allMatch(it -> AccessRules.isOwn(caller.principal(), Action.CERTIFICATE_REVOKE, it));
        return own ? Optional.empty() : need(Role.APPROVER);
    }

    /** Whether the principal may revoke these certificates alone. */
    public boolean revokesAlone(Caller caller, Collection<Resource> certificates) {
        return ofRevocation(caller, certificates).isEmpty();
    }

    private Optional<ApprovalNeed> need(Role role) {
        return isRequired() ? Optional.of(new ApprovalNeed(role, approvals.fourEyesTimeout(), RULE)) : Optional.empty();
    }

    /** How a principal is related to the requester. */
    public ApprovalRules.Relation relation(Handle tx, String principal, String requester) {
        if (principal.equals(requester)) {
            return ApprovalRules.Relation.SAME;
        }
        return tokens.related(tx, principal, requester) ? ApprovalRules.Relation.CREATED : ApprovalRules.Relation.NONE;
    }
}
