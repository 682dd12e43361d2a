package dev.perennial.events;

/** A fact that an agent writes, on topic certificate.deployments. */
public sealed interface DeploymentFact extends Fact
        permits CertificateDeployed, CertificateRehearsed, DeploymentFailed, DeploymentRolledBack {
    /** The host of the agent; a fact counts for this host only. */
    String host();
}
