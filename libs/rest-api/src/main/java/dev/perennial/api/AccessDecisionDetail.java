package dev.perennial.api;

import java.time.Instant;
import java.util.Optional;

/**
 * A recorded decision about access.
 *
 * @param seq for {@code before} of the next page
 * @param via {@code rest} or {@code kafka}
 * @param owner of the resource; absent if it concerns all
 * @param name of the certificate; absent if it concerns all
 * @param issuer absent if it concerns all
 * @param subject what was done to which token, replacement or name, if the resource does not say it
 * @param rule the grant that allows it, or the roles that would
 */
public record AccessDecisionDetail(
        long seq,
        Instant at,
        String principal,
        String via,
        String action,
        Optional<String> owner,
        Optional<String> name,
        Optional<String> issuer,
        Optional<String> subject,
        boolean allowed,
        String rule,
        Optional<String> traceId) {
    public AccessDecisionDetail {
        owner = Absent.asEmpty(owner);
        name = Absent.asEmpty(name);
        issuer = Absent.asEmpty(issuer);
        subject = Absent.asEmpty(subject);
        traceId = Absent.asEmpty(traceId);
    }
}
