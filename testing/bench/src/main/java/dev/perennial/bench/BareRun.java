package dev.perennial.bench;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.AddressPolicy;
import dev.perennial.acme.Authorization.Challenge;
import dev.perennial.acme.Issuers;
import dev.perennial.acme.NewOrderResult;
import dev.perennial.acme.OrderProgress;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings;
import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.StackPart;
import dev.perennial.testbed.fleet.TestbedIssuers;
import dev.perennial.testbed.process.Ports;
import dev.perennial.vault.InMemorySecretStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * The upper limit: the same ACME library and the same CA, in one process, without fleet, Kafka, Vault and deployment. The
 * testbed's DNS part serves the challenge responses, because there is no validation-service.
 */
final class BareRun {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String ISSUER = "bare";

    private final BenchOptions options;
    private final Duration roundTrip;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    BareRun(BenchOptions options, Duration roundTrip) {
        this.options = options;
        this.roundTrip = roundTrip;
    }

    /** Certificates per second. */
    double run(Progress progress) throws Exception {
        try (Stack stack = Stack.builder()
                .only(StackPart.CA)
                .http01ByDns(Ports.free())
                .ca(ca -> ca.withNonceReject(0).withAuthorizationReuse(0).withRoundTrip(roundTrip))
                .progress(progress)
                .start()) {
            IssuerSettings issuer =
                    TestbedIssuers.settings(ISSUER, stack.acmeProxy(), Map.of("requestTimeout", "PT30S"));
            AcmeAccount account = AcmeAccounts.of(Issuers.of(issuer), new InMemorySecretStore(), AddressPolicy.ANY)
                    .of(ISSUER, AcmeAccounts.Registration.IF_ABSENT);
            issue(stack, account, "warm", options.warmUp());
            Instant start = Instant.now();
            issue(stack, account, "bare", options.certificates());
            return options.certificates()
                    / (Duration.between(start, Instant.now()).toNanos() / 1e9);
        }
    }

    private void issue(Stack stack, AcmeAccount account, String prefix, int count) throws Exception {
        var permits = new Semaphore(options.inFlight());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new java.util.ArrayList<>();
            for (int i = 0; i < count; i++) {
                String name = "%s-%05d.demo.test".formatted(prefix, i);
                permits.acquire();
                all.add(threads.submit(() -> {
                    try {
                        one(stack, account, name);
                        return null;
                    } finally {
                        permits.release();
                    }
                }));
            }
            for (Future<?> done : all) {
                done.get();
            }
        }
    }

    private void one(Stack stack, AcmeAccount account, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        List<Identifier> identifiers = List.of(Identifier.dns(name));
        if (!(account.place(identifiers) instanceof NewOrderResult.Placed(AcmeOrder order))) {
            throw new IllegalStateException("the CA refused " + name);
        }
        Challenge challenge = account.authorization(order.authorizationUrls().getFirst())
                .challenge(Challenge.HTTP_01)
                .orElseThrow();
        provideResponse(stack, challenge);
        account.respond(challenge);
        account.await(order, POLL_INTERVAL, LIMIT);
        var keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(new ECGenParameterSpec("secp256r1"));
        OrderProgress progress = account.finalizeOrder(order, identifiers, keys.generateKeyPair());
        if (!(progress instanceof OrderProgress.Valid)) {
            progress = account.await(order, POLL_INTERVAL, LIMIT);
        }
        if (!(progress instanceof OrderProgress.Valid(URI certificate))) {
            throw new IllegalStateException(name + ": " + progress);
        }
        account.download(certificate);
    }

    private void provideResponse(Stack stack, Challenge challenge) throws IOException, InterruptedException {
        byte[] body = EventCodec.mapper()
                .writeValueAsBytes(Map.of("token", challenge.token(), "content", challenge.keyAuthorization()));
        HttpResponse<Void> response = http.send(
                HttpRequest.newBuilder(stack.dns().management().resolve("/add-http01"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        if (response.statusCode() != 200) {
            throw new IllegalStateException("the DNS part returned HTTP " + response.statusCode());
        }
    }
}
