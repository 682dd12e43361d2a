package dev.perennial.platform.telemetry;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.Initiator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.net.URI;
import java.util.Optional;

/**
 * The initiator of the current work. It is carried by the OpenTelemetry context, which follows the work over threads
 * already, from the consumed record to the events that its handler publishes.
 */
public final class Initiators {
    /** The attribute of spans (OpenTelemetry semantic conventions). */
    public static final String ATTRIBUTE = "enduser.id";

    private static final ContextKey<Initiator> KEY = ContextKey.named("perennial-initiator");

    private Initiators() {}

    /** The context for the work on an event; without change if the event has no initiator. */
    public static Context in(Context context, CloudEvent event) {
        return event.initiator().map(it -> in(context, it)).orElse(context);
    }

    public static Context in(Context context, Initiator initiator) {
        return context.with(KEY, initiator);
    }

    /** The initiator of the current work; if there is none, the service itself. */
    public static Initiator current(URI service) {
        return of(Context.current()).orElseGet(() -> Initiator.system(service));
    }

    static Optional<Initiator> of(Context context) {
        return Optional.ofNullable(context.get(KEY));
    }
}
