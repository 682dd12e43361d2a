package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {
    @Test
    void namesTheOwnerOfATeamTopic() {
        assertThat(Topic.team(Topic.ofTeam("shop"))).contains("shop");
        assertThat(Topic.team("certificate.requests.web_team-2")).contains("web_team-2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "certificate.requests",
                "certificate.requests.",
                "certificate.requests.order-service.dlq",
                "certificate.requests.Shop",
                "certificate.requests.*",
                "certificate.requests.-shop",
                "xcertificate.requests.shop",
                "certificate-requests.shop",
                "certificate.requests.shop.x"
            })
    void takesNoOtherTopicForTheOneOfATeam(String topic) {
        assertThat(Topic.team(topic)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void takesNeitherATopicOfTheContractNorItsDeadLettersForTheOneOfATeam(Topic topic) {
        assertThat(Topic.team(topic.topicName())).isEmpty();
        assertThat(Topic.team(topic.deadLetters("order-service"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "*", "A"})
    void refusesOwnersThatCannotHaveATopic(String owner) {
        assertThatIllegalArgumentException().isThrownBy(() -> Topic.ofTeam(owner));
    }
}
