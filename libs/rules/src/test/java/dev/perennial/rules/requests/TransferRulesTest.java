package dev.perennial.rules.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.KeyType;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.rules.renewal.NamedWindows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransferRulesTest {
    private static final CertificateSpec SPEC = new CertificateSpec(
            "local", KeyType.EC_P256, List.of(Identifier.dns("www.example.com")), List.of("web-1"), false);

    @Test
    void keepsTheLabelsAndSetsOthers() {
        assertThat(decide(situation(Map.of("a", "1", "b", "1")), "blog", Map.of("b", "2", "c", "2")))
                .isEqualTo(new TransferDecision.Possible(Map.of("a", "1", "b", "2", "c", "2")));
    }

    @Test
    void changesNothingForTheOwnerThatHasIt() {
        assertThat(decide(situation(Map.of()), "shop", Map.of("a", "1"))).isEqualTo(new TransferDecision.Unchanged());
    }

    @Test
    void boundsTheLabelsOfBoth() {
        Map<String, String> many = new HashMap<>();
        IntStream.range(0, Labels.MAX).forEach(i -> many.put("k" + i, "v"));

        assertThat(decide(situation(many), "blog", Map.of())).isInstanceOf(TransferDecision.Possible.class);
        assertThat(codes(decide(situation(many), "blog", Map.of("one-more", "v"))))
                .containsExactly(ErrorCode.INVALID_FIELD);
        assertThat(codes(decide(situation(Map.of()), "blog", Map.of("a", "\0"))))
                .containsExactly(ErrorCode.INVALID_FIELD);
    }

    @Test
    void acceptsConfiguredChangeWindowsOnly() {
        assertThat(decide(situation(Map.of()), "blog", Map.of(NamedWindows.LABEL, "nights")))
                .isInstanceOf(TransferDecision.Possible.class);
        assertThat(codes(decide(situation(Map.of()), "blog", Map.of(NamedWindows.LABEL, "mornings"))))
                .containsExactly(ErrorCode.INVALID_FIELD);
    }

    @Test
    void reportsEveryReasonAtOnce() {
        var busy = new TransferRules.Situation("shop", "www", SPEC, Map.of(), Optional.of(OrderId.next()), true);
        OwnerPolicies denied = new OwnerPolicies(Map.of(), OwnerPolicies.Others.DENIED);

        assertThat(codes(TransferRules.decide(busy, "blog", Map.of(), denied, Set.of())))
                .containsExactly(ErrorCode.NAME_IN_USE, ErrorCode.ORDER_RUNNING, ErrorCode.FORBIDDEN_FOR_OWNER);
    }

    private static TransferRules.Situation situation(Map<String, String> labels) {
        return new TransferRules.Situation("shop", "www", SPEC, labels, Optional.empty(), false);
    }

    private static TransferDecision decide(TransferRules.Situation certificate, String to, Map<String, String> labels) {
        return TransferRules.decide(certificate, to, labels, OwnerPolicies.NONE, Set.of("nights"));
    }

    private static List<ErrorCode> codes(TransferDecision decision) {
        return ((TransferDecision.Refused) decision)
                .problems().stream().map(Problem::code).toList();
    }
}
