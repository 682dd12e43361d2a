package dev.perennial.agent;

import dev.perennial.agent.enrolment.EnrolmentCommand;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Arrays;
import java.util.List;

/** Starts the agent, or with the argument {@code enroll} enrols the host and ends, without Kafka and without a host file. */
@QuarkusMain
public final class AgentMain {
    private AgentMain() {}

    public static void main(String... arguments) {
        List<String> all = Arrays.asList(arguments);
        if (!all.isEmpty() && all.getFirst().equals(EnrolmentCommand.NAME)) {
            System.exit(new EnrolmentCommand(System.in, System.out, System.err).run(all.subList(1, all.size())));
        }
        Quarkus.run(arguments);
    }
}
