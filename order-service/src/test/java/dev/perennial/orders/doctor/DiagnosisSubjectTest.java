package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings.ChallengeRule;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiagnosisSubjectTest {
    private static final ChallengeRule EVERYTHING = rule(null, "tls-alpn-01");
    private static final ChallengeRule CORP = rule("corp.test", "dns-01", "http-01");
    private static final ChallengeRule WWW = rule("www.corp.test", "http-01");
    private static final ChallengeRule PROVIDER_ONLY = rule("b.www.corp.test");

    @Test
    void allowsBothPathsWithoutRulesAndDns01IfConfigured() {
        assertThat(methods("a.test", false)).containsExactly("http-01", "tls-alpn-01");
        assertThat(methods("a.test", true)).containsExactly("dns-01", "http-01", "tls-alpn-01");
        assertThat(methods("*.a.test", true)).containsExactly("dns-01");
        assertThat(methods("*.a.test", false)).isEmpty();
        assertThat(methods("192.0.2.1", true)).containsExactly("http-01", "tls-alpn-01");
    }

    @Test
    void usesTheIssuerRuleWithTheLongestSuffix() {
        ChallengeRule[] rules = {EVERYTHING, CORP, WWW, PROVIDER_ONLY};
        assertThat(methods("a.test", true, rules)).containsExactly("tls-alpn-01");
        assertThat(methods("corp.test", true, rules)).containsExactly("dns-01", "http-01");
        assertThat(methods("*.corp.test", false, rules)).containsExactly("dns-01");
        assertThat(methods("xcorp.test", false, rules)).containsExactly("tls-alpn-01");
        assertThat(methods("b.www.corp.test", true, rules)).containsExactly("http-01");
        assertThat(methods("192.0.2.1", false, rules)).containsExactly("tls-alpn-01");
    }

    private static Iterable<String> methods(String identifier, boolean dnsWritable, ChallengeRule... rules) {
        return new DiagnosisSubject(Identifier.of(identifier), dnsWritable, List.of(rules)).methods();
    }

    private static ChallengeRule rule(String suffix, String... methods) {
        return new ChallengeRule(Optional.ofNullable(suffix), List.of(methods), Optional.empty());
    }
}
