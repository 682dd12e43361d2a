package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventTypeTest {
    /** A consumer accepts only the types of the topic's writer, so a type in the wrong group would never be read. */
    @ParameterizedTest
    @EnumSource
    void belongsToTheGroupOfItsTopic(EventType type) {
        Class<? extends Event> group =
                switch (type.topic()) {
                    case REQUESTS -> Request.class;
                    case ORDERS -> OrderServiceFact.class;
                    case VALIDATIONS -> ValidationFact.class;
                    case ISSUANCES -> IssuanceFact.class;
                    case DEPLOYMENTS -> DeploymentFact.class;
                    case ISSUERS, CHALLENGES -> KeyedState.class;
                };

        assertThat(type.dataClass()).isAssignableTo(group);
    }

    @ParameterizedTest
    @EnumSource
    void isOnATopicThatAcceptsTheSourceOfItsWriterOnly(EventType type) {
        String source = Golden.headers(type).get(CloudEvent.SOURCE);
        Topic topic = type.topic();

        assertThat(topic.accepts(URI.create(source))).isTrue();
        assertThat(topic.accepts(URI.create("/shop"))).isEqualTo(topic == Topic.REQUESTS);
        assertThat(topic.accepts(URI.create("/perennial/deploy-agent/")))
                .as("an agent without a host")
                .isEqualTo(topic == Topic.REQUESTS);
        assertThat(topic.accepts(Topic.sourceOfAgent("web-2")))
                .isEqualTo(topic == Topic.REQUESTS || topic == Topic.DEPLOYMENTS);
    }
}
