package dev.perennial.orders.access;

import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Role;
import java.util.List;

/** Who requests an action, and over which interface. */
public record Caller(Principal principal, AccessInterface via) {
    public static Caller overRest(Principal principal) {
        return new Caller(principal, AccessInterface.REST);
    }

    /** Write access to the topic is what authorizes the producers of its records. */
    public static Caller ofTopic(String topic) {
        return new Caller(
                new Principal("topic:" + topic, List.of(Grant.everywhere(Role.REQUESTER))), AccessInterface.KAFKA);
    }
}
