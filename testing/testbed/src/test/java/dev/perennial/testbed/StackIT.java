package dev.perennial.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.testbed.process.PidFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackIT {
    @Test
    void endsItsProcessesAndRemovesItsFiles() {
        List<Long> pids = new ArrayList<>();
        Path folder;
        try (Stack stack = Stack.builder()
                .only(StackPart.VAULT, StackPart.CA, StackPart.WEB)
                .sites(List.of(Site.of("shop", "shop.test")))
                .start()) {
            folder = stack.run().root();
            stack.parts().forEach(part -> part.pid().ifPresent(pids::add));
            assertThat(stack.parts()).allMatch(Part::healthy);
        }

        assertThat(pids).hasSize(4).noneMatch(PidFiles::runs);
        assertThat(folder).doesNotExist();
    }

    @Test
    void reportsTheFailedPartWithItsLogAndStopsTheOthers() {
        List<Part> up = new ArrayList<>();

        assertThatThrownBy(() -> Stack.builder()
                        .only(StackPart.WEB, StackPart.VAULT)
                        .sites(List.of(Site.of("shop", "shop..test"), Site.of("mail", "mail.test")))
                        .progress((part, took) -> up.add(part))
                        .start())
                .isInstanceOf(PartFailedException.class)
                .hasMessageContaining("nginx: ended while starting")
                .hasMessageContaining("invalid server name or wildcard");

        assertThat(up).noneMatch(part -> part.pid().isPresent());
    }

    @Test
    void restartsAPartAtTheSameAddress() {
        try (Stack stack = Stack.builder()
                .only(StackPart.WEB)
                .sites(List.of(Site.of("a", "a.test")))
                .start()) {
            long before = stack.nginx().pid().orElseThrow();

            stack.nginx().stop();
            assertThat(stack.nginx().healthy()).isFalse();
            stack.nginx().restart();

            assertThat(stack.nginx().healthy()).isTrue();
            assertThat(stack.nginx().pid().orElseThrow()).isNotEqualTo(before);
        }
    }

    @Test
    void reportsAPartThatTheStackDoesNotInclude() {
        try (Stack stack = Stack.builder().only(StackPart.WEB).start()) {
            assertThatThrownBy(stack::kafka).hasMessage("Kafka is not part of this stack");
            assertThatThrownBy(() -> stack.service("order-service")).isInstanceOf(IllegalStateException.class);
        }
    }
}
