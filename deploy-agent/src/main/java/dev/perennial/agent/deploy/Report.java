package dev.perennial.agent.deploy;

import dev.perennial.agent.server.Outcome;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentFailed.HostState;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import java.time.Instant;

/** What a deployment was about: enough to report it. No key material. */
record Report(
        CertificateId certificateId, OrderId orderId, String name, String serial, String fingerprint, Outcome outcome) {

    /** The same, and a failure says when the agent looks again. */
    Report retriedAt(Instant next) {
        Outcome told =
                switch (outcome) {
                    case Outcome.Deployed deployed -> deployed;
                    case Outcome.RolledBack back ->
                        new Outcome.RolledBack(
                                back.servedFingerprint(), back.problem().nextAttempt(next));
                    case Outcome.Untouched untouched ->
                        new Outcome.Untouched(untouched.problem().nextAttempt(next));
                    case Outcome.Unproven unproven ->
                        new Outcome.Unproven(unproven.problem().nextAttempt(next));
                };
        return new Report(certificateId, orderId, name, serial, fingerprint, told);
    }

    OrderFact fact(String host) {
        return switch (outcome) {
            case Outcome.Deployed deployed ->
                new CertificateDeployed(
                        certificateId,
                        orderId,
                        name,
                        host,
                        serial,
                        fingerprint,
                        deployed.proof().endpoint(),
                        deployed.proof().serverName(),
                        deployed.proof().protocol(),
                        deployed.generation());
            case Outcome.RolledBack back ->
                new DeploymentRolledBack(
                        certificateId, orderId, name, host, fingerprint, back.servedFingerprint(), back.problem());
            case Outcome.Untouched untouched -> failed(host, HostState.UNTOUCHED, untouched.problem());
            case Outcome.Unproven unproven -> failed(host, HostState.UNPROVEN, unproven.problem());
        };
    }

    private DeploymentFailed failed(String host, HostState state, Problem problem) {
        return new DeploymentFailed(certificateId, orderId, name, host, fingerprint, state, problem);
    }
}
