package dev.perennial.events;

/** A fact that an agent writes, on topic certificate.deployments. */
public sealed interface DeploymentFact extends Fact
        permits CertificateDeployed, CertificateRehearsed, DeploymentFailed, DeploymentRolledBack {}
