package dev.perennial.rules.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Moved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Derives the state diagrams of {@code docs/internals/lifecycle.md} from the rules, and fails if the page differs from
 * them.
 */
class LifecycleDiagramTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "internals", "lifecycle.md");
    private static final String UPDATE = "contract.update";
    private static final List<Situation> LIVE_SITUATIONS = List.of(
            Situation.USUAL,
            new Situation(Optional.of(new Situation.Overdue(Samples.NOW, "of this test")), false, 0),
            new Situation(Optional.empty(), true, 0),
            new Situation(Optional.empty(), false, 1));

    @Test
    void matchesTheDiagramsOfThePage() throws IOException {
        String page = Files.readString(PAGE);
        String generated = page;
        for (OrderPurpose purpose : OrderPurpose.values()) {
            generated = withDiagram(generated, purpose);
        }

        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(PAGE, generated);
            return;
        }
        assertThat(page)
                .as("%s differs from the rules; rewrite its diagrams with -D%s=true", PAGE, UPDATE)
                .isEqualTo(generated);
    }

    @Test
    void coversEveryStateAndEveryInput() {
        Set<String> drawn = Stream.of(OrderPurpose.values())
                .flatMap(purpose -> transitions(purpose).entrySet().stream())
                .flatMap(edge -> Stream.concat(
                        Stream.of(edge.getKey().split(" --> ")),
                        edge.getValue().stream().map(it -> it.split(" ")[0])))
                .collect(Collectors.toSet());

        assertThat(drawn)
                .containsAll(simpleNames(OrderState.class))
                .containsAll(simpleNames(Input.OfAttempt.class))
                .containsAll(simpleNames(Input.OfHost.class))
                .contains("DeadlinePassed", "Withdrawn", "Superseded");
    }

    private static Set<String> simpleNames(Class<?> sealed) {
        return Stream.of(sealed.getPermittedSubclasses())
                .flatMap(type -> type.isSealed() ? simpleNames(type).stream() : Stream.of(type.getSimpleName()))
                .collect(Collectors.toSet());
    }

    private static String withDiagram(String page, OrderPurpose purpose) {
        String begin = "<!-- generated: " + purpose + " -->\n";
        String end = "<!-- end -->\n";
        int from = page.indexOf(begin);
        assertThat(from).as("the marker '%s'", begin.strip()).isNotNegative();
        return page.substring(0, from + begin.length()) + diagram(purpose) + page.substring(page.indexOf(end, from));
    }

    private static String diagram(OrderPurpose purpose) {
        Map<String, Set<String>> transitions = transitions(purpose);
        StringBuilder mermaid = new StringBuilder("```mermaid\nstateDiagram-v2\n    [*] --> Due\n");
        transitions.forEach((edge, inputs) -> mermaid.append("    ")
                .append(edge)
                .append(": ")
                .append(String.join("<br>", inputs))
                .append('\n'));
        Set<String> left = transitions.keySet().stream()
                .filter(edge -> !edge.split(" --> ")[0].equals(edge.split(" --> ")[1]))
                .map(edge -> edge.split(" --> ")[0])
                .collect(Collectors.toSet());
        transitions.keySet().stream()
                .map(edge -> edge.split(" --> ")[1])
                .filter(state -> !left.contains(state))
                .distinct()
                .sorted()
                .forEach(state -> mermaid.append("    ").append(state).append(" --> [*]\n"));
        return mermaid.append("```\n").toString();
    }

    /** Every move that is reachable from a new order: from {@code Due --> Placed} to its inputs and effects. */
    private static Map<String, Set<String>> transitions(OrderPurpose purpose) {
        Map<String, Set<String>> transitions = new TreeMap<>();
        Deque<OrderState> open = new ArrayDeque<>(List.of(Lifecycle.begin(Samples.NOW)));
        Set<String> visited = new HashSet<>();
        while (!open.isEmpty()) {
            OrderState state = open.remove();
            if (!visited.add(kind(state))) {
                continue;
            }
            open.addAll(next(purpose, state, transitions));
        }
        return transitions;
    }

    /**
     * The states after a state: when its deadline passes, when its ACME order has expired, and when the order is overdue.
     */
    private static List<OrderState> next(OrderPurpose purpose, OrderState state, Map<String, Set<String>> transitions) {
        List<OrderState> all = new ArrayList<>();
        for (Input input : inputs(state.attempt())) {
            for (Situation situation : purpose == OrderPurpose.LIVE ? LIVE_SITUATIONS : List.of(Situation.USUAL)) {
                for (Instant now : List.of(due(state), due(state).plus(Duration.ofDays(31)))) {
                    Decision decision = Samples.LIFECYCLE.on(purpose, state, input, situation, now);
                    next(decision).ifPresent(next -> {
                        String edge = name(state) + " --> " + name(next);
                        transitions.computeIfAbsent(edge, it -> new TreeSet<>()).add(label(input, decision));
                        all.add(next);
                    });
                }
            }
        }
        return all;
    }

    private static Optional<OrderState> next(Decision decision) {
        return switch (decision) {
            case Moved moved -> Optional.of(moved.next());
            case Decision.ReportStored stored -> Optional.of(stored.next());
            case Decision.Ignored it -> Optional.empty();
            case Decision.Refused it -> Optional.empty();
        };
    }

    /**
     * States of one kind have the same moves. Without kinds, the number of states would be infinite, with one for
     * each attempt and time.
     */
    private static String kind(OrderState state) {
        return name(state)
                + switch (state) {
                    case OrderState.Due it -> it.attempt() > 1 ? "again" : "";
                    case OrderState.Placed it -> Math.min(it.resumptions(), 4) + reports(it.earlyReports());
                    case OrderState.Authorized it -> Math.min(it.resumptions(), 4) + reports(it.earlyReports());
                    case OrderState.Issued it ->
                        progress(it.rollout()) + it.watch().isPresent();
                    case OrderState.Undeployed it ->
                        progress(it.rollout()) + it.watch().isPresent();
                    case OrderState.Deployed it -> progress(it.rollout());
                    case OrderState.Rehearsed it -> "";
                    case OrderState.Failed it -> "";
                };
    }

    private static String reports(Map<String, OrderState.HostReport> earlyReports) {
        return new TreeMap<>(earlyReports)
                .entrySet().stream()
                        .map(it -> it.getKey() + it.getValue().problem().isPresent())
                        .toList()
                        .toString();
    }

    private static String progress(Rollout rollout) {
        return "" + rollout.outstanding() + rollout.proven() + rollout.failed().keySet();
    }

    private static Instant due(OrderState state) {
        return switch (state) {
            case OrderState.Due it -> it.dueAt();
            case OrderState.Placed it -> it.deadline();
            case OrderState.Authorized it -> it.deadline();
            case OrderState.Issued it -> it.watch().map(OrderState.Watch::next).orElse(Samples.NOW);
            case OrderState.Undeployed it ->
                it.watch().map(OrderState.Watch::next).orElse(Samples.NOW);
            case OrderState.Deployed it -> Samples.NOW.plus(Duration.ofDays(1));
            case OrderState.Rehearsed it -> Samples.NOW.plus(Duration.ofDays(1));
            case OrderState.Failed it -> Samples.NOW.plus(Duration.ofDays(1));
        };
    }

    /** The samples, and variants that lead to other states. */
    private static List<Input> inputs(int attempt) {
        Problem outage = Problem.of(ErrorCode.CA_UNAVAILABLE, "the CA answered 503");
        Problem mismatch = Problem.of(ErrorCode.CERTIFICATE_MISMATCH, "an extra name");
        return Stream.concat(
                        Samples.inputs(attempt).values().stream(),
                        Stream.of(
                                new Input.Rejected(attempt, List.of(Samples.REFUSE)),
                                new Input.Issued(attempt, "f1", List.of()),
                                new Input.Rejected(attempt, List.of(outage)),
                                new Input.IssuanceFailed(attempt, Samples.REFUSE, Finalization.MAYBE),
                                new Input.IssuanceFailed(attempt, outage, Finalization.MAYBE),
                                new Input.IssuanceFailed(attempt, outage, Finalization.NEVER),
                                new Input.IssuanceFailed(attempt, mismatch, Finalization.MAYBE),
                                new Input.IssuanceFailed(attempt, mismatch, Finalization.NEVER),
                                new Input.Issued(Math.max(1, attempt - 1), "f1", Samples.TARGETS),
                                new Input.Deployed("b", "f1"),
                                new Input.Rehearsed("b", "f1"),
                                new Input.DeploymentFailed("a", "f1", Samples.RETRY)))
                .toList();
    }

    private static String label(Input input, Decision decision) {
        List<Decision.Effect> all = decision instanceof Moved moved ? moved.effects() : List.of();
        String effects = all.stream().map(it -> it.getClass().getSimpleName()).collect(Collectors.joining(", "));
        return Optional.of(effects)
                .filter(it -> !it.isEmpty())
                .map(it -> input.getClass().getSimpleName() + " / " + it)
                .orElse(input.getClass().getSimpleName());
    }

    private static String name(OrderState state) {
        return state.getClass().getSimpleName();
    }
}
