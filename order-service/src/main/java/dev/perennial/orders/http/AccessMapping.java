package dev.perennial.orders.http;

import dev.perennial.api.AccessDecisionDetail;
import dev.perennial.api.GrantDetail;
import dev.perennial.api.TokenDetail;
import dev.perennial.api.TokenStatus;
import dev.perennial.events.ResourceName;
import dev.perennial.orders.access.AccessLog;
import dev.perennial.orders.access.ServiceToken;
import dev.perennial.platform.telemetry.MetricLabels;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Role;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Maps tokens, grants and decisions to records of the API. */
final class AccessMapping {
    private static final int MAX_VALUES = 100;
    private static final Pattern VALUE = Pattern.compile("\\*|" + ResourceName.REGEX);
    private static final Pattern NAME_PATTERN = Pattern.compile("[a-z0-9*][a-z0-9._*-]{0,62}");

    private AccessMapping() {}

    static TokenDetail token(ServiceToken token, Instant now) {
        return new TokenDetail(
                token.id(),
                token.name(),
                EnumMapping.to(TokenStatus.class, token.state(now)),
                token.grants().stream().map(AccessMapping::grant).toList(),
                token.createdBy(),
                token.createdAt(),
                token.expiresAt(),
                token.approval(),
                token.activatedAt(),
                token.revokedAt(),
                token.revokedBy(),
                token.lastUsedAt());
    }

    static GrantDetail grant(Grant grant) {
        return new GrantDetail(
                grant.role().wireName(),
                grant.owners().stream().sorted().toList(),
                grant.names().stream().sorted().toList(),
                grant.issuers().stream().sorted().toList());
    }

    /** @throws IllegalArgumentException with the field that is not valid */
    static Grant grant(GrantDetail detail) {
        Role role = Role.of(detail.role() == null ? "" : detail.role())
                .orElseThrow(() -> new IllegalArgumentException("role: one of "
                        + Arrays.stream(Role.values()).map(Role::wireName).toList() + " is required"));
        return new Grant(
                role,
                values("owners", VALUE, detail.owners()),
                values("names", NAME_PATTERN, detail.names()),
                values("issuers", VALUE, detail.issuers()));
    }

    private static Set<String> values(String field, Pattern form, List<String> values) {
        if (values.size() > MAX_VALUES
                || !values.stream().allMatch(value -> form.matcher(value).matches())) {
            throw new IllegalArgumentException(
                    field + ": at most " + MAX_VALUES + " values are possible, each " + form.pattern());
        }
        return Set.copyOf(values);
    }

    static AccessDecisionDetail decision(AccessLog.Entry entry) {
        return new AccessDecisionDetail(
                entry.seq(),
                entry.at(),
                entry.principal(),
                MetricLabels.value(entry.via()),
                entry.action(),
                entry.resource().owner(),
                entry.resource().name(),
                entry.resource().issuer(),
                entry.subject(),
                entry.allowed(),
                entry.rule(),
                entry.traceId());
    }
}
