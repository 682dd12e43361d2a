package dev.perennial.orders.access;

import dev.perennial.events.Initiator;
import dev.perennial.events.Topic;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Role;
import java.util.List;

/** Who requests an action, and over which interface. */
public record Caller(Principal principal, AccessInterface via) {
    /** The principal, for the events that follow from the request. */
    public Initiator initiator() {
        return new Initiator(principal.id());
    }

    public static Caller overRest(Principal principal) {
        return new Caller(principal, AccessInterface.REST);
    }

    /**
     * Write access to the topic is what authorizes the producers of its records: on the topic of a team for this owner,
     * on the general topic for every owner.
     *
     * @throws IllegalArgumentException for another topic
     */
    public static Caller ofTopic(String topic) {
        Grant grant = Topic.team(topic)
                .map(owner -> Grant.forOwner(Role.REQUESTER, owner))
                .orElseGet(() -> ofGeneralTopic(topic));
        return new Caller(new Principal("topic:" + topic, List.of(grant)), AccessInterface.KAFKA);
    }

    private static Grant ofGeneralTopic(String topic) {
        if (!topic.equals(Topic.REQUESTS.topicName())) {
            throw new IllegalArgumentException("no one may request on the topic " + topic);
        }
        return Grant.everywhere(Role.REQUESTER);
    }
}
