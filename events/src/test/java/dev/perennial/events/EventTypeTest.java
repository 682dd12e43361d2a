package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;

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
}
