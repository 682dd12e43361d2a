package dev.perennial.rules.access;

import static dev.perennial.rules.access.Role.ADMIN;
import static dev.perennial.rules.access.Role.APPROVER;
import static dev.perennial.rules.access.Role.OPERATOR;
import static dev.perennial.rules.access.Role.REQUESTER;
import static dev.perennial.rules.access.Role.VIEWER;

import java.util.Locale;
import java.util.Set;

/** What a principal can do, and the roles that may. An action without a role in the grants of a principal is denied. */
public enum Action {
    CERTIFICATE_READ(Kind.READ, Reach.RESOURCE, VIEWER, REQUESTER, APPROVER, OPERATOR, ADMIN),
    CERTIFICATE_REQUEST(Kind.CHANGE, Reach.RESOURCE, REQUESTER, OPERATOR, ADMIN),
    CERTIFICATE_RENEW(Kind.CHANGE, Reach.RESOURCE, REQUESTER, OPERATOR, ADMIN),
    CERTIFICATE_RETIRE(Kind.CHANGE, Reach.RESOURCE, REQUESTER, OPERATOR, ADMIN),
    CERTIFICATE_REVOKE(Kind.CHANGE, Reach.RESOURCE, REQUESTER, OPERATOR, ADMIN),
    /** Required for the former and for the new owner. */
    CERTIFICATE_TRANSFER(Kind.CHANGE, Reach.RESOURCE, REQUESTER, OPERATOR, ADMIN),
    /** The doctor connects to the hosts and name servers of a name. */
    CERTIFICATE_DIAGNOSE(Kind.CHANGE, Reach.RESOURCE, REQUESTER, OPERATOR, ADMIN),
    ISSUER_READ(Kind.READ, Reach.ANY, VIEWER, REQUESTER, APPROVER, OPERATOR, ADMIN),
    ISSUER_DIAGNOSE(Kind.CHANGE, Reach.RESOURCE, OPERATOR, ADMIN),
    ISSUER_CHANGE(Kind.CONFIGURATION, Reach.RESOURCE, ADMIN),
    /** The names of all owners are shown. */
    QUARANTINE_READ(Kind.READ, Reach.RESOURCE, VIEWER, REQUESTER, APPROVER, OPERATOR, ADMIN),
    QUARANTINE_END(Kind.CHANGE, Reach.RESOURCE, OPERATOR, ADMIN),
    REPLACEMENT_READ(Kind.READ, Reach.RESOURCE, VIEWER, APPROVER, OPERATOR, ADMIN),
    REPLACEMENT_PLAN(Kind.CHANGE, Reach.RESOURCE, OPERATOR, ADMIN),
    REPLACEMENT_APPROVE(Kind.DECISION, Reach.RESOURCE, APPROVER, ADMIN),
    /** Pause, resume, cancel, and change the speed. */
    REPLACEMENT_CONTROL(Kind.CHANGE, Reach.RESOURCE, OPERATOR, ADMIN),
    HOST_READ(Kind.READ, Reach.RESOURCE, VIEWER, APPROVER, OPERATOR, ADMIN),
    /** Which hosts there are, and which keys may sign their reports. */
    HOST_CHANGE(Kind.CHANGE, Reach.RESOURCE, OPERATOR, ADMIN),
    TOKEN_READ(Kind.READ, Reach.RESOURCE, ADMIN),
    TOKEN_CHANGE(Kind.CONFIGURATION, Reach.RESOURCE, ADMIN),
    DECISION_READ(Kind.READ, Reach.RESOURCE, ADMIN),
    /** An owner with its policy, its quota and the number of its certificates. */
    OWNER_READ(Kind.READ, Reach.RESOURCE, VIEWER, REQUESTER, APPROVER, OPERATOR, ADMIN),
    /** The policy of an owner. */
    POLICY_READ(Kind.READ, Reach.RESOURCE, VIEWER, REQUESTER, APPROVER, OPERATOR, ADMIN),
    POLICY_CHANGE(Kind.CONFIGURATION, Reach.RESOURCE, ADMIN),
    /** Requests that wait, or waited, for an approval. */
    APPROVAL_READ(Kind.READ, Reach.RESOURCE, VIEWER, REQUESTER, APPROVER, OPERATOR, ADMIN),
    /** Approve or reject the request of another principal. An approval may require an admin. */
    APPROVAL_DECIDE(Kind.DECISION, Reach.RESOURCE, APPROVER, ADMIN),
    /** End an own request that waits. */
    APPROVAL_WITHDRAW(Kind.CHANGE, Reach.RESOURCE, REQUESTER, OPERATOR, ADMIN),
    /** The principal's own grants. */
    SELF_READ(Kind.READ, Reach.ANY, VIEWER, REQUESTER, APPROVER, OPERATOR, ADMIN);

    private enum Kind {
        READ,
        CHANGE,
        /** Changes the installation: who may do what, and which CAs issue. */
        CONFIGURATION,
        /** About the request or the plan of another principal. */
        DECISION
    }

    private enum Reach {
        /** A grant must cover the resource. */
        RESOURCE,
        /** Any grant with the role is enough. */
        ANY
    }

    private final Kind kind;
    private final Reach reach;
    private final Set<Role> roles;

    Action(Kind kind, Reach reach, Role... roles) {
        this.kind = kind;
        this.reach = reach;
        this.roles = Set.of(roles);
    }

    /** For example {@code certificate:request}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', ':');
    }

    public Set<Role> roles() {
        return roles;
    }

    /** Whether the action leaves everything unchanged and sends nothing to others. */
    public boolean isRead() {
        return kind == Kind.READ;
    }

    /** Whether two principals that may do this must be two persons: one of them approves what the other one requests. */
    public boolean needsPerson() {
        return kind == Kind.CONFIGURATION || kind == Kind.DECISION;
    }

    /** Whether any grant with one of the roles is enough, whatever it covers. */
    public boolean isUnscoped() {
        return reach == Reach.ANY;
    }
}
