package dev.perennial.events;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The topics, one per writer, so that an access rule is one line each, with the settings that they must be created
 * with.
 */
public enum Topic {
    /** Written by clients, read by the order-service. A team can also have a topic of its own: {@link #ofTeam}. */
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
    /** Written and read by the validation-service: presented challenge responses, keyed by token. */
    CHALLENGES("certificate.challenges", true, "/perennial/validation-service");

    /** Matches the names of the topics of teams. It has no dot, so that it matches no dead-letter topic. */
    public static final Pattern TEAM_TOPICS = Pattern.compile("certificate\\.requests\\.([a-z0-9][a-z0-9_-]{0,62})");

    public static final int PARTITIONS = 6;
    /** In an installation with three brokers or more. */
    public static final int REPLICATION_FACTOR = 3;
    /** In an installation with three brokers or more; producers wait for as many (acks=all). */
    public static final int MIN_INSYNC_REPLICAS = 2;
    /** How long a service may be stopped without losing a record; shorter than the retention of the inbox. */
    public static final Duration RETENTION = Duration.ofDays(14);
    /** Time to read and replay a dead letter. */
    public static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(30);
    /** In bytes: {@link EventCodec#MAX_BYTES} and the headers. A larger record is refused by the broker. */
    public static final int MAX_MESSAGE_BYTES = 320 * 1024;
    /**
     * In bytes: also records of topics that accept the brokers' default of 1 MiB, with the headers of a dead letter.
     */
    public static final int MAX_DEAD_LETTER_BYTES = 2 * 1024 * 1024;

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

    /**
     * The topic for the requests of one owner, with the settings of {@link #REQUESTS}. Write access to it is the right
     * to request for this owner.
     *
     * @throws IllegalArgumentException if the name has a dot: such an owner can have no topic
     */
    public static String ofTeam(String owner) {
        String topicName = REQUESTS.topicName + "." + owner;
        if (team(topicName).isEmpty()) {
            throw new IllegalArgumentException("an owner named '" + owner + "' can have no topic");
        }
        return topicName;
    }

    /** The owner whose requests are on this topic; empty for every other topic. */
    public static Optional<String> team(String topicName) {
        Matcher team = TEAM_TOPICS.matcher(topicName);
        return team.matches() ? Optional.of(team.group(1)) : Optional.empty();
    }

    public String topicName() {
        return topicName;
    }

    public boolean compacted() {
        return compacted;
    }

    /**
     * The settings of the topic, by their Kafka names, without {@code min.insync.replicas}, which depends on the number
     * of brokers. {@code compression.type} makes the broker check the size of the records without compression: a small
     * compressed batch could otherwise exhaust the memory of its consumers.
     */
    public Map<String, String> settings() {
        return compacted
                ? Map.of(
                        "cleanup.policy", "compact",
                        "compression.type", "uncompressed",
                        "max.message.bytes", Integer.toString(MAX_MESSAGE_BYTES))
                : Map.of(
                        "cleanup.policy", "delete",
                        "compression.type", "uncompressed",
                        "max.message.bytes", Integer.toString(MAX_MESSAGE_BYTES),
                        "retention.bytes", "-1",
                        "retention.ms", Long.toString(RETENTION.toMillis()));
    }

    /** The settings of the dead-letter topics. */
    public static Map<String, String> deadLetterSettings() {
        return Map.of(
                "cleanup.policy",
                "delete",
                "max.message.bytes",
                Integer.toString(MAX_DEAD_LETTER_BYTES),
                "retention.bytes",
                "-1",
                "retention.ms",
                Long.toString(DEAD_LETTER_RETENTION.toMillis()));
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

    /**
     * The service that writes to this topic, and signs what it writes. Empty if many programs write: clients, and agents
     * with a key for each host.
     */
    public Optional<String> service() {
        return switch (this) {
            case REQUESTS, DEPLOYMENTS -> Optional.empty();
            case ORDERS, VALIDATIONS, ISSUANCES, ISSUERS, CHALLENGES ->
                Optional.of(source.substring(Source.SERVICES.length()));
        };
    }

    /** The {@code source} of the events of the agent on a host. */
    public static URI sourceOfAgent(String host) {
        return URI.create(Source.AGENTS + host);
    }

    /** Whether the {@code source} of an event is the agent on this host. */
    public static boolean isAgent(URI eventSource, String host) {
        // Compared as text, because the name of the host in a fact may be any text.
        return eventSource.toString().equals(Source.AGENTS + host);
    }

    private static final class Source {
        static final String ANY = "";
        static final String SERVICES = "/perennial/";
        static final String AGENTS = "/perennial/deploy-agent/";
    }
}
