package dev.perennial.testbed.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class ContractTopicsTest {
    @Test
    void permitsDeadLettersOfTheLargestRecords() {
        assertThat(ContractTopics.all())
                .filteredOn(topic -> topic.name().endsWith(".dlq"))
                .isNotEmpty()
                .allSatisfy(topic -> assertThat(topic.configs())
                        .containsEntry("max.message.bytes", Integer.toString(2 * 1024 * 1024)));
    }

    @Test
    void compactsTheIssuersAndTheChallenges() {
        assertThat(ContractTopics.all())
                .filteredOn(topic -> topic.configs().get("cleanup.policy").equals("compact"))
                .extracting(NewTopic::name)
                .containsExactly("certificate.issuers", "certificate.challenges");
    }
}
