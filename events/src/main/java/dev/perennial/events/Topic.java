package dev.perennial.events;

import java.util.Locale;

/** The topics, one per writer, so that an access rule is one line each. */
public enum Topic {
    /** Written by clients, read by the order-service. */
    REQUESTS("certificate.requests", false),
    /** Written by the order-service. */
    ORDERS("certificate.orders", false),
    /** Written by the validation-service. */
    VALIDATIONS("certificate.validations", false),
    /** Written by the issuance-service. */
    ISSUANCES("certificate.issuances", false),
    /** Written by the agents. */
    DEPLOYMENTS("certificate.deployments", false),
    /** Written by the order-service: the current settings of the issuers, keyed by name. */
    ISSUERS("certificate.issuers", true),
    /** Written and read by the validation-service: live challenge responses, keyed by token. */
    CHALLENGES("certificate.challenges", true);

    private final String topicName;
    private final boolean compacted;

    Topic(String topicName, boolean compacted) {
        this.topicName = topicName;
        this.compacted = compacted;
    }

    public String topicName() {
        return topicName;
    }

    public boolean compacted() {
        return compacted;
    }

    /** The topic for records that the consumer cannot process: {@code certificate.orders.validation-service.dlq}. */
    public String deadLetters(String consumer) {
        return topicName + "." + consumer.toLowerCase(Locale.ROOT) + ".dlq";
    }
}
