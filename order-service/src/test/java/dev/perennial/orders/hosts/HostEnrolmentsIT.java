package dev.perennial.orders.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.access.Caller;
import dev.perennial.orders.hosts.HostEnrolments.Enrolment;
import dev.perennial.orders.hosts.HostKeys.Registration;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.rules.access.Principal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The codes with which agents register their keys. */
class HostEnrolmentsIT {
    private static final Principal OPERATOR = new Principal("token:operator", List.of());

    private final ServiceFixture parts = new ServiceFixture();
    private final HostEnrolments enrolments = new HostEnrolments(parts.database, parts.access, parts.clock);
    private final HostEnrolments later = new HostEnrolments(
            parts.database,
            parts.access,
            Clock.offset(parts.clock, HostEnrolments.LIFETIME.plus(Duration.ofSeconds(1))));
    private final Hosts hosts = new Hosts(parts.database, parts.clock);

    @Test
    void registersOneKeyWithACode() {
        Enrolment enrolment = enrolment();
        SigningKey key = SigningKey.generate();

        assertThat(register(enrolment, key)).isInstanceOfSatisfying(Registration.Registered.class, it -> {
            assertThat(it.created()).isTrue();
            assertThat(it.key().registeredBy()).isEqualTo("enrolment:web-1");
        });
        assertThat(register(enrolment, key))
                .as("repeated after a lost response")
                .isInstanceOfSatisfying(Registration.Registered.class, it -> assertThat(it.created())
                        .isFalse());
        assertThat(register(enrolment, SigningKey.generate()))
                .isInstanceOfSatisfying(Registration.Refused.class, it -> assertThat(it.reason())
                        .contains("used for another key", key.verificationKey().id(), "remove the host"));
        assertThat(hosts.find("web-1").orElseThrow().keys()).hasSize(1);
    }

    @Test
    void registersOneKeyOfManyThatAreSentAtTheSameTime() throws Exception {
        Enrolment enrolment = enrolment();
        CountDownLatch ready = new CountDownLatch(8);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Registration> attempt = () -> {
                SigningKey key = SigningKey.generate();
                ready.countDown();
                ready.await();
                return register(enrolment, key);
            };
            List<Future<Registration>> results = threads.invokeAll(
                    IntStream.range(0, 8).mapToObj(i -> attempt).toList());
            int registered = 0;
            for (Future<Registration> result : results) {
                registered += result.get() instanceof Registration.Registered ? 1 : 0;
            }
            assertThat(registered).isEqualTo(1);
        }
        assertThat(hosts.find("web-1").orElseThrow().keys()).hasSize(1);
    }

    @Test
    void acceptsACodeForAQuarterOfAnHour() {
        String code = code();
        Enrolment enrolment = enrolments.authenticate(code).orElseThrow();

        assertThat(later.authenticate(code)).isEmpty();
        assertThat(later.register(
                        Caller.overRest(enrolment.principal()),
                        enrolment,
                        SigningKey.generate().verificationKey()))
                .isInstanceOf(Registration.Refused.class);
    }

    @Test
    void acceptsNoCodeOfAClockThatWasAhead() {
        String code = later.create(OPERATOR, "web-1").orElseThrow().code();

        assertThat(enrolments.authenticate(code)).isEmpty();
    }

    @Test
    void acceptsTheNewestCodeOfAHostOnly() {
        Enrolment first = enrolment();
        Enrolment second = enrolment();

        assertThat(register(first, SigningKey.generate())).isInstanceOf(Registration.Refused.class);
        assertThat(register(second, SigningKey.generate())).isInstanceOf(Registration.Registered.class);
    }

    @Test
    void refusesTextsThatAreNoCode() {
        String code = code();

        for (String wrong : List.of("prnh_", code + "A", code.substring(0, code.length() - 1), "prn_" + code)) {
            assertThat(enrolments.authenticate(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void createsNoCodeForAHostThatIsNotRegistered() {
        hosts.remove(OPERATOR, "web-2", false);

        assertThat(enrolments.create(OPERATOR, "web-2")).isEmpty();
        assertThat(enrolments.create(OPERATOR, "never-seen")).isEmpty();
    }

    @Test
    void endsTheEnrolmentWithTheRemoval() {
        String code = code();
        Enrolment enrolment = enrolments.authenticate(code).orElseThrow();
        hosts.remove(OPERATOR, "web-1", false);
        assertThat(enrolments.authenticate(code)).isEmpty();
        assertThat(register(enrolment, SigningKey.generate())).isInstanceOf(Registration.UnknownHost.class);

        hosts.put(OPERATOR, "web-1", Optional.empty());

        assertThat(enrolments.authenticate(code)).isEmpty();
        assertThat(register(enrolment, SigningKey.generate())).isInstanceOf(Registration.Refused.class);
    }

    @Test
    void keepsTheCodeIfTheKeyIsRefused() {
        SigningKey revoked = SigningKey.generate();
        HostKeys keys = new HostKeys(parts.database, parts.clock);
        keys.register(OPERATOR, "web-1", revoked.verificationKey());
        keys.revoke(OPERATOR, "web-1", revoked.id());
        Enrolment enrolment = enrolment();

        assertThat(register(enrolment, revoked)).isInstanceOf(Registration.Refused.class);

        assertThat(register(enrolment, SigningKey.generate())).isInstanceOf(Registration.Registered.class);
    }

    @Test
    void storesNoCode() {
        String code = code();

        assertThat(parts.database.<String>inTransaction(tx -> tx.createQuery("SELECT e::text FROM host_enrolment e")
                        .mapTo(String.class)
                        .one()))
                .doesNotContain(code)
                .doesNotContain(code.substring(5));
        assertThat(enrolments.create(OPERATOR, "web-2").orElseThrow().toString())
                .doesNotContain("prnh_");
    }

    private Registration register(Enrolment enrolment, SigningKey key) {
        return enrolments.register(Caller.overRest(enrolment.principal()), enrolment, key.verificationKey());
    }

    private Enrolment enrolment() {
        return enrolments.authenticate(code()).orElseThrow();
    }

    private String code() {
        return enrolments.create(OPERATOR, "web-1").orElseThrow().code();
    }
}
