package dev.perennial.events;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The topics, one per writer, so that an access rule is one line each. */
public enum Topic {
    /** Written by clients, read by the order-service. */
    REQUESTS("certificate.requests", false, Source.ANY),
    /** Written by the order-service. */
    ORDERS("certificate.orders", false, "/perennial/order-service"),
    /** Written by the validation-service. */
    VALIDATIONS("certificate.validations", false, "/perennial/validation-service"),
    /** Written by the issuance-service. */
    ISSUANCES("certificate.issuances", false, "/perennial/issuance-service"),
    /** Written by the agents. */
    DEPLOYMENTS("certificate.deployments", false, Source.AGENTS),
    /** Written by the order-service: the current settings of the issuers, keyed by name. */
    ISSUERS("certificate.issuers", true, "/perennial/order-service"),
    /** Written and read by the validation-service: live challenge responses, keyed by token. */
    CHALLENGES("certificate.challenges", true, "/perennial/validation-service");

    private final String topicName;
    private final boolean compacted;
    private final String source;

    Topic(String topicName, boolean compacted, String source) {
        this.topicName = topicName;
        this.compacted = compacted;
        this.source = source;
    }

    public static Optional<Topic> named(String topicName) {
        return Arrays.stream(values())
                .filter(topic -> topic.topicName.equals(topicName))
                .findFirst();
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

    /**
     * Whether an event with this CloudEvents {@code source} may be on this topic: its writer is the only one. Clients
     * choose the sources of their requests.
     */
    public boolean accepts(URI eventSource) {
        String text = eventSource.toString();
        return switch (this) {
            case REQUESTS -> true;
            case DEPLOYMENTS -> text.startsWith(source) && text.length() > source.length();
            case ORDERS, VALIDATIONS, ISSUANCES, ISSUERS, CHALLENGES -> text.equals(source);
        };
    }

    /** The {@code source} of the events of the agent on a host. */
    public static URI sourceOfAgent(String host) {
        return URI.create(Source.AGENTS + host);
    }

    private static final class Source {
        static final String ANY = "";
        static final String AGENTS = "/perennial/deploy-agent/";
    }
}
