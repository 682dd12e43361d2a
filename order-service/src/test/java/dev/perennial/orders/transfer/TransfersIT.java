package dev.perennial.orders.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.approvals.FourEyesMode;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.lifecycle.OrderCause;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

class TransfersIT {
    private static final Caller BOTH = caller("both", Role.REQUESTER, "shop", "blog");

    private final ServiceFixture parts = new ServiceFixture();
    private final Transfers transfers =
            new Transfers(parts.database, parts.access, parts.ownerPolicy, parts.policy, parts.fourEyes, parts.clock);

    @Test
    void changesTheOwnerAndNothingElse() {
        CertificateId id = issued("shop", "www");
        Certificate before = certificate(id);

        Transfers.Outcome outcome = transfer(BOTH, id, "blog");

        assertThat(outcome).isEqualTo(new Transfers.Outcome.Done(before, Map.of(), true));
        Certificate after = certificate(id);
        assertThat(after.owner()).isEqualTo("blog");
        assertThat(after)
                .usingRecursiveComparison()
                .ignoringFields("owner")
                .as("id, name, spec, labels, latest order, issued version")
                .isEqualTo(before);
        assertThat(parts.count("certificate_order")).isEqualTo(1);
        assertThat(parts.facts()).endsWith("certificate.transferred");
        Timeline.Entry last =
                parts.database.inTransaction(tx -> new Timeline(tx).of(id).getLast());
        assertThat(last.entry()).isEqualTo("certificate.transferred");
        assertThat(last.detail()).isEqualTo(Map.of("formerOwner", "shop", "owner", "blog"));
        assertThat(last.initiator()).contains(BOTH.initiator());
        assertThat(decisions()).containsExactly("shop true transfer " + id, "blog true transfer " + id);
    }

    @Test
    void hasNoEffectIfItIsRepeated() {
        CertificateId id = issued("shop", "www");
        transfer(BOTH, id, "blog");

        Transfers.Outcome repeated = transfer(BOTH, id, "blog");

        assertThat(repeated).isInstanceOfSatisfying(Transfers.Outcome.Done.class, done -> assertThat(done.changed())
                .isFalse());
        assertThat(parts.facts()).containsOnlyOnce("certificate.transferred");
    }

    /** The certificate stays where it is for a caller with the right at one owner only, whichever it is. */
    @Test
    void requiresTheRightForBothOwners() {
        CertificateId id = issued("shop", "www");

        for (Caller caller : List.of(
                caller("former", Role.REQUESTER, "shop"),
                caller("new", Role.ADMIN, "blog"),
                caller("viewer", Role.VIEWER, "shop", "blog"),
                caller("none", Role.OPERATOR, "wiki"))) {
            assertThat(codes(transfer(caller, id, "blog"))).containsOnly(ErrorCode.ACCESS_DENIED);
        }

        assertThat(certificate(id).owner()).isEqualTo("shop");
        assertThat(transfer(ServiceFixture.CALLER, id, "blog")).isInstanceOf(Transfers.Outcome.Done.class);
    }

    @Test
    void explainsNothingOfThePolicyOfAnOwnerWithoutTheRight() {
        CertificateId id = issued("shop", "www");
        parts.applyPolicy("{\"owners\":{\"blog\":{\"allowedSuffixes\":[\"blog.example.com\"]}}}");

        assertThat(problems(transfer(caller("former", Role.REQUESTER, "shop"), id, "blog")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.detail()).doesNotContain("blog.example.com"));
    }

    @Test
    void refusesWhatTheNewOwnerMayNotHaveWithEveryReason() {
        CertificateId id = issued("shop", "www");
        issued("blog", "www");
        parts.applyPolicy("""
                {"owners":{"blog":{"allowedSuffixes":["blog.example.com"],"hosts":["web-2"],"issuers":["production"],
                    "keyTypes":["RSA_2048"],"requiredLabels":["cost-centre"]}}}""");

        Transfers.Outcome outcome = transfer(BOTH, id, "blog");

        assertThat(problems(outcome))
                .extracting(Problem::detail)
                .anyMatch(text -> text.contains("owners.blog.allowedSuffixes"))
                .anyMatch(text -> text.contains("owners.blog.hosts"))
                .anyMatch(text -> text.contains("owners.blog.issuers"))
                .anyMatch(text -> text.contains("owners.blog.keyTypes"))
                .anyMatch(text -> text.contains("owners.blog.requiredLabels"))
                .anyMatch(text -> text.contains("has a certificate named 'www' already"))
                .hasSize(6);
        assertThat(certificate(id).owner()).isEqualTo("shop");
        assertThat(parts.facts()).doesNotContain("certificate.transferred");
    }

    @Test
    void refusesAnOwnerThatMayRequestNothing() {
        CertificateId id = issued("shop", "www");
        parts.applyPolicy("{\"otherOwners\":\"DENIED\",\"owners\":{\"shop\":{}}}");

        assertThat(codes(transfer(BOTH, id, "blog"))).containsExactly(ErrorCode.FORBIDDEN_FOR_OWNER);
    }

    /** Requested for an owner without approvals, or revoked after a transfer to one, it would need none. */
    @Test
    void replacesNoApprovalOfEitherOwner() {
        CertificateId id = issued("shop", "www");
        for (String owner : List.of("shop", "blog")) {
            for (String action : List.of("requests", "revocations")) {
                parts.applyPolicy("{\"owners\":{\"" + owner + "\":{\"approvals\":{\"" + action
                        + "\":{\"role\":\"approver\"}}}}}");

                assertThat(problems(transfer(ServiceFixture.CALLER, id, "blog")))
                        .singleElement()
                        .satisfies(problem ->
                                assertThat(problem.detail()).contains("rule owners." + owner + ".approvals"));
            }
        }
        assertThat(certificate(id).owner()).isEqualTo("shop");
    }

    /** After a transfer to an own owner, the certificate could be revoked alone. */
    @Test
    void replacesNoSecondPersonOfARevocation() {
        parts.fourEyesMode = FourEyesMode.REQUIRED;
        CertificateId id = issued("shop", "www");
        Caller both = Caller.overRest(new Principal(
                "user:both", List.of(Grant.everywhere(Role.OPERATOR), Grant.forOwner(Role.REQUESTER, "blog"))));

        for (Caller caller : List.of(both, ServiceFixture.CALLER)) {
            assertThat(problems(transfer(caller, id, "blog"))).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(ErrorCode.FORBIDDEN_FOR_OWNER);
                assertThat(problem.detail()).contains("second person", "rule perennial.four-eyes");
            });
        }
        assertThat(certificate(id).owner()).isEqualTo("shop");

        parts.database.inTransaction(tx -> tx.execute("UPDATE issued_certificate SET issuer = 'former'"));
        Caller atOneIssuer = Caller.overRest(new Principal(
                "user:issuer",
                List.of(
                        Grant.everywhere(Role.OPERATOR),
                        new Grant(
                                Role.REQUESTER,
                                Set.of("shop"),
                                Set.of(Grant.ALL),
                                Set.of(certificate(id).spec().issuer())))));
        assertThat(codes(transfer(atOneIssuer, id, "blog")))
                .as("the X.509 certificate in use is from another issuer")
                .containsExactly(ErrorCode.FORBIDDEN_FOR_OWNER);
        assertThat(transfer(BOTH, id, "blog")).isInstanceOf(Transfers.Outcome.Done.class);
    }

    @Test
    void setsTheLabelsThatTheNewOwnerRequires() {
        CertificateId id = issued("shop", "www");
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate SET labels = '{\"env\":\"live\",\"cost-centre\":\"1\"}'"));
        parts.applyPolicy("{\"owners\":{\"blog\":{\"requiredLabels\":[\"cost-centre\"]}}}");

        transfers.transfer(BOTH, id, new Transfers.Request("blog", Map.of("cost-centre", "2"), false));

        assertThat(certificate(id).labels()).isEqualTo(Map.of("env", "live", "cost-centre", "2"));
    }

    @Test
    void refusesWhileAnOrderIsRunning() {
        AcceptedOrder running = ordered("shop", "www");

        Transfers.Outcome outcome = transfer(BOTH, running.certificateId(), "blog");

        assertThat(problems(outcome)).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.ORDER_RUNNING);
            assertThat(problem.detail()).contains(running.orderId().toString(), "repeat the transfer");
        });
    }

    @Test
    void createsTheNextOrderForTheNewOwner() {
        CertificateId id = issued("shop", "www");
        transfer(BOTH, id, "blog");

        parts.database.inTransaction(tx -> new FollowUpOrders(tx)
                .order(id, OrderCause.LIFETIME_SPENT, Map.of(), Outbox.SYSTEM, parts.clock.instant()));

        assertThat(orders(id)).extracting(StoredOrder::owner).containsExactly("blog", "shop");
    }

    @Test
    void changesNothingInADryRun() {
        CertificateId id = issued("shop", "www");
        Certificate before = certificate(id);

        Transfers.Outcome outcome = transfers.transfer(BOTH, id, new Transfers.Request("blog", Map.of("a", "b"), true));

        assertThat(outcome).isEqualTo(new Transfers.Outcome.Done(before, Map.of("a", "b"), true));
        assertThat(certificate(id)).isEqualTo(before);
        assertThat(parts.facts()).doesNotContain("certificate.transferred");
        assertThat(decisions()).containsExactly("shop true dry run", "blog true dry run");
    }

    @Test
    void refusesUnknownCertificatesAndNamesThatAreNoOwners() {
        CertificateId id = issued("shop", "www");

        assertThat(codes(transfer(ServiceFixture.CALLER, CertificateId.next(), "blog")))
                .containsExactly(ErrorCode.NOT_FOUND);
        for (String none : List.of("", "*", "Blog", "blog/../shop", "b".repeat(64))) {
            assertThat(codes(transfer(ServiceFixture.CALLER, id, none)))
                    .as(none)
                    .containsExactly(ErrorCode.INVALID_FIELD);
        }
    }

    /** Two owners transfer certificates with the same name to a third one: it gets one of them. */
    @Test
    void givesANameToOneOfConcurrentTransfers() throws Exception {
        List<CertificateId> ids = List.of(issued("shop", "www"), issued("blog", "www"));
        CyclicBarrier start = new CyclicBarrier(ids.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Transfers.Outcome>> outcomes = ids.stream()
                    .map(id -> threads.submit(() -> {
                        start.await();
                        return transfer(ServiceFixture.CALLER, id, "wiki");
                    }))
                    .toList();

            int done = 0;
            for (Future<Transfers.Outcome> outcome : outcomes) {
                if (outcome.get() instanceof Transfers.Outcome.Done) {
                    done++;
                } else {
                    assertThat(codes(outcome.get())).containsExactly(ErrorCode.NAME_IN_USE);
                }
            }
            assertThat(done).isEqualTo(1);
        }
        assertThat(parts.facts()).containsOnlyOnce("certificate.transferred");
    }

    private static Caller caller(String name, Role role, String... owners) {
        return Caller.overRest(new Principal(
                "token:" + name,
                Arrays.stream(owners).map(owner -> Grant.forOwner(role, owner)).toList()));
    }

    private Transfers.Outcome transfer(Caller caller, CertificateId id, String to) {
        return transfers.transfer(caller, id, new Transfers.Request(to, Map.of(), false));
    }

    private static List<Problem> problems(Transfers.Outcome outcome) {
        return ((Transfers.Outcome.Refused) outcome).problems();
    }

    private static List<ErrorCode> codes(Transfers.Outcome outcome) {
        return problems(outcome).stream().map(Problem::code).toList();
    }

    /** The request waits for the lock of the certificate, which belongs to another owner when it gets it. */
    @Test
    void createsACertificateForARequestThatMeetsTheTransfer() throws Exception {
        CertificateId id = issued("shop", "www");
        CompletableFuture<Certificate> request;
        try (Handle transfer = parts.database.open()) {
            transfer.begin();
            Certificate before = new Certificates(transfer).lock(id).orElseThrow();
            request = CompletableFuture.supplyAsync(() -> parts.database.inTransaction(tx ->
                    new Certificates(tx).lockOrCreate("shop", "www", before.spec(), Map.of(), parts.clock.instant())));
            awaitLock(request);
            new Certificates(transfer).transfer(id, "blog", Map.of(), parts.clock.instant());
            transfer.commit();
        }

        assertThat(request.get(10, TimeUnit.SECONDS).id()).isNotEqualTo(id);
        assertThat(certificate(id).owner()).isEqualTo("blog");
    }

    /** It is transferred to another owner between the request and the decision. */
    @Test
    void authorizesTheOwnerOfTheLockedCertificate() throws Exception {
        CertificateId id = issued("shop", "www");
        CompletableFuture<Transfers.Outcome> outcome;
        try (Handle other = parts.database.open()) {
            other.begin();
            assertThat(new Certificates(other).lock(id)).isPresent();
            outcome = CompletableFuture.supplyAsync(() -> transfer(BOTH, id, "blog"));
            awaitLock(outcome);
            new Certificates(other).transfer(id, "wiki", Map.of(), parts.clock.instant());
            other.commit();
        }

        assertThat(codes(outcome.get(10, TimeUnit.SECONDS))).containsOnly(ErrorCode.ACCESS_DENIED);
        assertThat(certificate(id).owner()).isEqualTo("wiki");
    }

    /** Until the work waits for a lock. */
    private void awaitLock(CompletableFuture<?> work) {
        while (parts.database.inTransaction(tx -> tx.createQuery(
                                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
                        .mapTo(Integer.class)
                        .one())
                == 0) {
            assertThat(work).isNotDone();
            Thread.onSpinWait();
        }
    }

    private AcceptedOrder ordered(String owner, String name) {
        return parts.accepted(
                owner + name,
                new CertificateRequested(
                        name,
                        owner,
                        List.of(new RequestedIdentifier("dns", owner + ".example.com")),
                        Optional.empty(),
                        Optional.empty(),
                        List.of("web-1"),
                        Map.of()));
    }

    private CertificateId issued(String owner, String name) {
        AcceptedOrder answer = ordered(owner, name);
        IssuedFixture.issue(parts, parts.order(answer), parts.clock.instant(), Duration.ofDays(90));
        return answer.certificateId();
    }

    private Certificate certificate(CertificateId id) {
        return parts.database.inTransaction(tx -> new Certificates(tx).find(id).orElseThrow());
    }

    private List<StoredOrder> orders(CertificateId id) {
        return parts.database.inTransaction(tx -> new Orders(tx).of(id));
    }

    private List<String> decisions() {
        return parts.database.inTransaction(
                tx -> tx.createQuery("""
                        SELECT owner || ' ' || allowed || ' ' || subject FROM access_decision
                        WHERE action = 'certificate:transfer' ORDER BY seq""").mapTo(String.class).list());
    }
}
