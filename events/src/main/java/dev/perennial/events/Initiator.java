package dev.perennial.events;

import java.net.URI;
import java.util.Optional;

/**
 * The principal on whose behalf an event is published: the requester for everything that follows from a request, and a
 * service for its own actions, such as renewals. The CloudEvents extension Auth Context carries it in the attributes
 * {@code authtype} and {@code authid}. It is information, not authorization.
 *
 * @param id the id of a principal, for example {@code token:ci-shop}, or the source of a service, for example
 *     {@code /perennial/order-service}
 */
public record Initiator(String id) {
    /** Longer than every principal: a claim of 255 characters, and the name of its identity provider. */
    public static final int MAX_LENGTH = 400;

    /** @throws IllegalArgumentException if the id is empty, too long or not printable */
    public Initiator {
        if (!isValid(id)) {
            throw new IllegalArgumentException("an initiator has 1 to " + MAX_LENGTH + " printable characters");
        }
    }

    /** The values of {@code authtype} in use. */
    public enum Type {
        /** A person, or a program, that an identity provider knows. */
        USER("user"),
        /** The writers of a topic. */
        SERVICE_ACCOUNT("service_account"),
        /** A service token. */
        API_KEY("api_key"),
        /** A service of Perennial. */
        SYSTEM("system");

        private final String wireName;

        Type(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /** A service that acts without a request. */
    public static Initiator system(URI source) {
        return new Initiator(source.toString());
    }

    /** Reads an id of a record or a row; a malformed one counts as absent. */
    public static Optional<Initiator> of(String id) {
        return Optional.of(id).filter(Initiator::isValid).map(Initiator::new);
    }

    /** Determined by the id, so that both cannot disagree. */
    public Type type() {
        if (id.startsWith("user:")) {
            return Type.USER;
        }
        if (id.startsWith("token:")) {
            return Type.API_KEY;
        }
        return id.startsWith("topic:") ? Type.SERVICE_ACCOUNT : Type.SYSTEM;
    }

    /** Invisible characters could make two principals look like one, and separators could end a log line. */
    public static boolean isPrintable(String id) {
        return id.codePoints().noneMatch(point -> switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> true;
            default -> false;
        });
    }

    private static boolean isValid(String id) {
        return !id.isEmpty() && id.length() <= MAX_LENGTH && isPrintable(id);
    }

    @Override
    public String toString() {
        return id;
    }
}
