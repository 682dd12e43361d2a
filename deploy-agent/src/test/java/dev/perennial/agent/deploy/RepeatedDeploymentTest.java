package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.events.ErrorCode;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.MovedClock;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junitpioneer.jupiter.ExpectedToFail;

/** The reconciliation repeats a deployment that has failed. */
class RepeatedDeploymentTest extends DeploymentHandlerSetup {
    @Test
    void repeatsARefusedCertificateAfterGrowingIntervals() throws IOException {
        deployments.onIssued(fact(host.issued(shop, "shop"), TestHost.NAME), Context.root());
        host.server.set("stubborn", "");
        host.issued(shop, "shop");
        MovedClock clock = new MovedClock();
        Reconciliation reconciliation = reconciliation(newProcess(host.bundles, Duration.ofSeconds(20), clock));
        int before = host.server.reloads();

        for (int i = 0; i < 36; i++) {
            clock.ahead(Duration.ofMinutes(5).multipliedBy(i));
            reconciliation.once();
        }

        assertThat(reports().stream().filter(DeploymentRolledBack.class::isInstance))
                .as("reports in three hours: after 0, 5, 15, 35, 75 and 155 minutes")
                .hasSize(6);
        assertThat(host.server.reloads() - before).as("two for each attempt").isEqualTo(12);
    }

    /** There is no previous certificate to go back to, so that nothing is served: the longest interval is an hour. */
    @Test
    void repeatsAFirstCertificateThatIsNotServedAfterGrowingIntervals() throws IOException {
        host.server.set("stubborn", "");
        host.issued(shop, "shop");
        MovedClock clock = new MovedClock();
        Reconciliation reconciliation = reconciliation(newProcess(host.bundles, Duration.ofSeconds(20), clock));

        for (int i = 0; i < 48; i++) {
            clock.ahead(Duration.ofMinutes(5).multipliedBy(i));
            reconciliation.once();
        }

        assertThat(reports())
                .as("reports in four hours: after 0, 5, 15, 35, 75, 135 and 195 minutes")
                .hasSize(7)
                .hasOnlyElementsOfType(DeploymentFailed.class);
    }

    @Test
    void deploysTheNextCertificateAtOnceAfterARefusedOne() throws IOException {
        deployments.onIssued(fact(host.issued(shop, "shop"), TestHost.NAME), Context.root());
        host.server.set("stubborn", "");
        host.issued(shop, "shop");
        Reconciliation reconciliation = reconciliation(deployments);
        reconciliation.once();
        host.server.unset("stubborn");
        Bundle next = host.issued(shop, "shop");

        reconciliation.once();

        assertThat(host.serves(next)).isTrue();
    }

    @Test
    void reportsTheTimeOfTheNextAttempt() throws IOException {
        deployments.onIssued(fact(host.issued(shop, "shop"), TestHost.NAME), Context.root());
        host.server.set("stubborn", "");
        host.issued(shop, "shop");
        MovedClock clock = new MovedClock();
        Reconciliation reconciliation = reconciliation(newProcess(host.bundles, Duration.ofSeconds(20), clock));

        reconciliation.once();
        clock.ahead(Duration.ofMinutes(5));
        Instant second = clock.instant();
        reconciliation.once();

        assertThat(reports().getLast()).isInstanceOfSatisfying(DeploymentRolledBack.class, back -> assertThat(
                        back.problem().nextAttemptAt().orElseThrow())
                .isBetween(second.plus(Duration.ofMinutes(9)), second.plus(Duration.ofMinutes(11))));
    }

    @Test
    void reportsOnceThatACopyHasExpired() {
        host.issued(shop, "shop");
        MovedClock clock = new MovedClock();
        Reconciliation reconciliation = reconciliation(newProcess(host.bundles, Duration.ofSeconds(20), clock));
        reconciliation.once();
        clock.ahead(Duration.ofDays(91));

        reconciliation.once();
        reconciliation.once();

        assertThat(reports()).hasExactlyElementsOfTypes(CertificateDeployed.class, DeploymentFailed.class);
        assertThat(reports().getLast()).isInstanceOfSatisfying(DeploymentFailed.class, failed -> assertThat(
                        failed.problem().code())
                .isEqualTo(ErrorCode.BUNDLE_REJECTED));
    }

    @Test
    @ExpectedToFail("a failure that changes nothing on the host is reported again at each reconciliation")
    void reportsTheSameFailureOnce() {
        host.issued(shop, "Not_ours");
        Reconciliation reconciliation = reconciliation(deployments);

        reconciliation.once();
        reconciliation.once();

        assertThat(reports()).singleElement().isInstanceOf(DeploymentFailed.class);
    }
}
