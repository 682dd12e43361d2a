package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.EventCodec;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings;
import dev.perennial.orders.doctor.Hop.Outcome;
import dev.perennial.rules.requests.IssuerPolicy;
import dev.perennial.rules.requests.Policy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicyCheckTest {
    private static final Policy POLICY = new Policy(List.of("corp.test"), List.of(), "ca");

    @Test
    void failsForNamesOutsideThePolicy() {
        assertThat(hop("www.corp.test", Optional.empty()).outcome()).isEqualTo(Outcome.PASSED);
        assertThat(hop("www.other.test", Optional.empty()).remedy().orElseThrow())
                .contains("domain", "perennial.policy.allowed-suffixes");
        assertThat(hop("192.0.2.1", Optional.empty()).remedy().orElseThrow())
                .contains("network", "perennial.policy.allowed-networks");
    }

    @Test
    void failsForNamesOutsideTheIssuerPolicy() {
        assertThat(hop("a.corp.test", Optional.of("a.corp.test")).outcome()).isEqualTo(Outcome.PASSED);
        assertThat(hop("b.corp.test", Optional.of("a.corp.test")).evidence()).contains("allowedSuffixes");
    }

    private static Hop hop(String identifier, Optional<String> issuerSuffix) {
        Optional<IssuerPolicy> issuer = issuerSuffix.map(suffix -> new IssuerPolicy(EventCodec.mapper()
                .convertValue(
                        Map.of("name", "ca", "directory", "https://ca.test/dir", "allowedSuffixes", List.of(suffix)),
                        IssuerSettings.class)));
        return PolicyCheck.hop(POLICY, issuer, Identifier.of(identifier));
    }
}
