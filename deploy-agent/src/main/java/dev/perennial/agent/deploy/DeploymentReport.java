package dev.perennial.agent.deploy;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.proof.Proof;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentFailed.HostState;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import java.time.Instant;

/** The data of a deployment that its report needs. No key material. */
record DeploymentReport(
        CertificateId certificateId,
        OrderId orderId,
        String name,
        String serial,
        String fingerprint,
        DeploymentResult outcome) {

    /** Adds the time of the next attempt to a failure. */
    DeploymentReport retriedAt(Instant next) {
        DeploymentResult dated =
                switch (outcome) {
                    case DeploymentResult.Deployed deployed -> deployed;
                    case DeploymentResult.RolledBack back ->
                        new DeploymentResult.RolledBack(
                                back.servedFingerprint(), back.problem().nextAttempt(next));
                    case DeploymentResult.Untouched untouched ->
                        new DeploymentResult.Untouched(untouched.problem().nextAttempt(next));
                    case DeploymentResult.Unproven unproven ->
                        new DeploymentResult.Unproven(unproven.problem().nextAttempt(next));
                };
        return new DeploymentReport(certificateId, orderId, name, serial, fingerprint, dated);
    }

    OrderFact fact(String host) {
        return switch (outcome) {
            case DeploymentResult.Deployed deployed ->
                new CertificateDeployed(
                        certificateId,
                        orderId,
                        name,
                        host,
                        serial,
                        fingerprint,
                        deployed.proof().first().endpoint(),
                        deployed.proof().first().serverName(),
                        deployed.proof().first().tlsVersion(),
                        deployed.generation(),
                        deployed.proof().proofs().stream()
                                .limit(CertificateDeployed.MOST_PROOFS)
                                .map(DeploymentReport::proof)
                                .toList());
            case DeploymentResult.RolledBack back ->
                new DeploymentRolledBack(
                        certificateId, orderId, name, host, fingerprint, back.servedFingerprint(), back.problem());
            case DeploymentResult.Untouched untouched -> failed(host, HostState.UNTOUCHED, untouched.problem());
            case DeploymentResult.Unproven unproven -> failed(host, HostState.UNPROVEN, unproven.problem());
        };
    }

    private static CertificateDeployed.Proof proof(Proof proof) {
        return new CertificateDeployed.Proof(
                proof.endpoint(),
                proof.protocol(),
                proof.serverName(),
                proof.tlsVersion(),
                proof.names(),
                proof.turnover().map(Proof.Turnover::name));
    }

    private DeploymentFailed failed(String host, HostState state, Problem problem) {
        return new DeploymentFailed(certificateId, orderId, name, host, fingerprint, state, problem);
    }
}
