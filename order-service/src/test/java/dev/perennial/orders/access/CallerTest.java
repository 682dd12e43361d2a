package dev.perennial.orders.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perennial.events.Topic;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerTest {
    @Test
    void grantsTheWritersOfATeamTopicItsOwnerOnly() {
        Caller caller = Caller.ofTopic(Topic.ofTeam("shop"));

        assertThat(caller.principal().id()).isEqualTo("topic:certificate.requests.shop");
        assertThat(caller.principal().grants()).containsExactly(Grant.forOwner(Role.REQUESTER, "shop"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "certificate.requests.Shop",
                "certificate.requests.a.b",
                "certificate.requests.order-service.dlq",
                "certificate.orders"
            })
    void grantsTheWritersOfOtherTopicsNothing(String topic) {
        assertThatIllegalArgumentException().isThrownBy(() -> Caller.ofTopic(topic));
    }

    @Test
    void grantsTheWritersOfTheGeneralTopicEveryOwner() {
        assertThat(Caller.ofTopic(Topic.REQUESTS.topicName()).principal().grants())
                .containsExactly(Grant.everywhere(Role.REQUESTER));
    }
}
