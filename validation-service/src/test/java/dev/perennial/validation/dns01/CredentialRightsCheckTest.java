package dev.perennial.validation.dns01;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.validation.selection.ChallengeRules;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CredentialRightsCheckTest {
    private static final VisibleRights BROAD = new VisibleRights.Broader("it may change A records");

    private final MeterRegistry meters = new SimpleMeterRegistry();
    /** The gauge does not keep it. */
    private CredentialRightsCheck check;

    private final List<String> checked = new ArrayList<>();
    private final Map<String, DnsProviders.Account> accounts = new LinkedHashMap<>();

    @Test
    void countsTheCredentialsWithBroaderRights() {
        provider("first", () -> BROAD);
        provider("second", VisibleRights.AsExpected::new);
        provider("third", () -> new VisibleRights.Unknown("its API does not show them"));
        provider("fourth", () -> BROAD);
        check();
        assertThat(gauge()).isEqualTo(-1);

        assertThat(check.round()).isEqualTo(Duration.ofDays(1));

        assertThat(gauge()).isEqualTo(2);
    }

    @Test
    void repeatsTheCheckEarlierIfAProviderIsUnavailableOrHasNoCredentials() {
        provider("down", () -> {
            throw DnsErrors.unavailable("the server does not answer", "connection refused");
        });
        provider("broad", () -> BROAD);
        assertThat(check().round()).isEqualTo(Duration.ofHours(1));
        assertThat(checked).containsExactlyInAnyOrder("down", "broad");
        assertThat(gauge()).isEqualTo(1);

        accounts.clear();
        provider("none", () -> {
            throw DnsErrors.refused("it has no credentials in Vault", "no secret");
        });
        assertThat(check().round()).isEqualTo(Duration.ofHours(1));
    }

    /** Otherwise an alert would end with each outage. */
    @Test
    void keepsTheResultOfAProviderThatIsUnavailable() {
        AtomicBoolean down = new AtomicBoolean();
        provider("broad", () -> {
            if (down.get()) {
                throw DnsErrors.unavailable("the server does not answer", "connection refused");
            }
            return BROAD;
        });
        check().round();
        down.set(true);

        check.round();

        assertThat(gauge()).isEqualTo(1);
    }

    @Test
    void checksTheOtherProvidersAfterADefect() {
        provider("defect", () -> {
            throw new IllegalStateException("a defect");
        });
        provider("broad", () -> BROAD);

        check().round();

        assertThat(checked).containsExactlyInAnyOrder("defect", "broad");
        assertThat(gauge()).isEqualTo(1);
    }

    private void provider(String name, Supplier<VisibleRights> rights) {
        accounts.put(name, new DnsProviders.Account(name, new FakeProvider(name, rights, checked), Duration.ZERO));
    }

    private CredentialRightsCheck check() {
        meters.clear();
        check = new CredentialRightsCheck(new DnsProviders(ChallengeRules.none(), accounts), meters);
        return check;
    }

    private double gauge() {
        return meters.get("perennial_dns_broad_credentials").gauge().value();
    }

    /** Its rights are given, and it changes nothing. */
    private record FakeProvider(String name, Supplier<VisibleRights> given, List<String> checked)
            implements DnsProvider {
        @Override
        public VisibleRights rights() {
            checked.add(name);
            return given.get();
        }

        @Override
        public void add(TxtRecord record) {
            throw new AssertionError("the check changes nothing");
        }

        @Override
        public void remove(TxtRecord record) {
            throw new AssertionError("the check changes nothing");
        }
    }
}
