package dev.perennial.scenarios;

import dev.perennial.testbed.Stack;
import dev.perennial.testbed.StackBuilder;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The fleet of one scenario class, whose settings {@link SharedFleet} cannot have. */
final class OwnFleet implements BeforeAllCallback, AfterAllCallback {
    private final StackBuilder builder;
    private Stack stack;
    private EventRecorder events;
    private FleetClient client;

    private OwnFleet(StackBuilder builder) {
        this.builder = builder;
    }

    /** For a static field with {@code @RegisterExtension}. */
    static OwnFleet of(StackBuilder builder) {
        return new OwnFleet(builder);
    }

    Stack stack() {
        return stack;
    }

    /** Everything that is published. */
    EventRecorder events() {
        return events;
    }

    FleetClient client() {
        return client;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        stack = builder.start();
        events = EventRecorder.fromBeginning(stack.bootstrapServers());
        client = new FleetClient(stack);
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        if (client != null) {
            client.close();
            events.close();
        }
        if (stack != null) {
            stack.close();
        }
    }
}
