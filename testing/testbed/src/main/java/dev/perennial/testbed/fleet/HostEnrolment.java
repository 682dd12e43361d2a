package dev.perennial.testbed.fleet;

import dev.perennial.enrolment.EnrolmentToken;
import dev.perennial.enrolment.HostIdentity;
import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.JavaProgram;
import dev.perennial.testbed.vault.VaultPart;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Enrols a host: as {@code perennial host enroll} does, then with {@code deploy-agent enroll} in a process of its own. */
public final class HostEnrolment {
    private static final String AGENT = "deploy-agent";
    private static final int HEAP_MEGABYTES = 64;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RunFolder run;
    private final Path agent;
    /** Of the agent: a recording for the service contains most classes of the enrolment. */
    private final AotCache cache;

    private final VaultPart vault;
    private final URI vaultOfHosts;

    /** @param vaultOfHosts address of Vault for the agent */
    public HostEnrolment(RunFolder run, Checkout checkout, VaultPart vault, URI vaultOfHosts) {
        this.run = run;
        this.agent = checkout.serviceJar(AGENT);
        this.cache = AotCache.of(checkout, AGENT);
        this.vault = vault;
        this.vaultOfHosts = vaultOfHosts;
    }

    /** @throws PartFailedException if a step fails */
    public void enrol(String host, RestSetup rest, String adminToken) {
        HostIdentity.Credentials credentials = vault.hosts().create(host);
        EnrolmentToken token = new EnrolmentToken(
                vaultOfHosts,
                Optional.empty(),
                rest.address(),
                host,
                credentials.roleId(),
                credentials.secretIdToken(),
                rest.enrolmentCode(host, adminToken));
        String log = "enrolment." + host;
        try {
            List<String> arguments = new ArrayList<>(cache.jvmOptions(JavaProgram.flags(HEAP_MEGABYTES)));
            arguments.addAll(List.of(
                    "-jar",
                    agent.toString(),
                    "enroll",
                    "--directory",
                    Fleet.agentFolder(run, host).toString()));
            Process process = new ProcessBuilder(JavaProgram.command(HEAP_MEGABYTES, arguments))
                    .redirectErrorStream(true)
                    .redirectOutput(run.log(log).toFile())
                    .start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(token.text().getBytes(StandardCharsets.US_ASCII));
            }
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw PartFailedException.withLog(log, "did not end within " + LIMIT.toSeconds() + " s", run.log(log));
            }
            if (process.exitValue() != 0) {
                throw PartFailedException.withLog(log, "failed", run.log(log));
            }
        } catch (IOException e) {
            throw new PartFailedException(log, "cannot be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException(log, "was interrupted", e);
        }
    }
}
