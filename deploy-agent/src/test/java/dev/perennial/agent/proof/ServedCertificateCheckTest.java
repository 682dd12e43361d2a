package dev.perennial.agent.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.targets.Turnover;
import dev.perennial.agent.targets.Verification;
import dev.perennial.agent.targets.Verification.Names;
import dev.perennial.events.Sha256;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** A server whose old and new workers accept connections at once, as those of nginx do during a reload. */
class ServedCertificateCheckTest {
    private static final Duration SETTLE = Duration.ofMillis(800);
    /** Long enough for a busy machine. */
    private static final Duration LONG = Duration.ofSeconds(20);

    private final TestBundles ca = new TestBundles();
    private final TestBundles.Leaf before =
            ca.leaf(List.of("shop.example.com"), TestBundles.days(-1), TestBundles.days(30));
    private Function<X509Certificate, List<X509Certificate>> presented = leaf -> List.of(leaf, ca.intermediate());
    private TestBundles.Leaf after = ca.leaf(List.of("shop.example.com"), TestBundles.days(-1), TestBundles.days(90));
    private Turnover turnover = Turnover.UNKNOWN;
    private final AtomicInteger connections = new AtomicInteger();
    private final BlockingQueue<List<SNIServerName>> requestedNames = new LinkedBlockingQueue<>();

    @Test
    void needsSeveralHandshakesWhileOldWorkersAccept() throws Exception {
        try (ServerSocket server = serve(connection -> connection == 2)) {
            ProofResult proof = prove(server, LONG);

            assertThat(proof).isInstanceOf(ProofResult.Proven.class);
            // New, old, new, new: the old one in between invalidates the first.
            assertThat(connections).hasValue(4);
        }
    }

    @Test
    void doesNotProveACertificateThatIsServedIntermittently() throws Exception {
        try (ServerSocket server = serve(connection -> connection % 2 == 0)) {
            assertThat(prove(server, SETTLE)).isInstanceOf(ProofResult.Unproven.class);
        }
    }

    @Test
    void makesOneHandshakeIfNothingWasReloaded() throws Exception {
        try (ServerSocket server = serve(connection -> false)) {
            assertThat(prove(server, Duration.ZERO)).isInstanceOf(ProofResult.Proven.class);
            assertThat(connections).hasValue(1);
        }
    }

    @Test
    void makesOneHandshakeAfterTheTurnover() throws Exception {
        turnover = new ScriptedTurnover(Turnover.State.COMPLETE, true);
        try (ServerSocket server = serve(connection -> false)) {
            assertThat(prove(server, LONG)).isInstanceOfSatisfying(ProofResult.Proven.class, proven -> assertThat(
                            proven.first().turnover())
                    .contains(Proof.Turnover.COMPLETE));
            assertThat(connections).hasValue(1);
        }
    }

    @Test
    void repeatsTheHandshakeIfTheProcessesChangedDuringIt() throws Exception {
        turnover = new ScriptedTurnover(Turnover.State.COMPLETE, false, true);
        try (ServerSocket server = serve(connection -> false)) {
            assertThat(prove(server, LONG)).isInstanceOf(ProofResult.Proven.class);
            assertThat(connections).hasValue(2);
        }
    }

    @Test
    void makesNoHandshakeWhileProcessesFromBeforeTheReloadAccept() throws Exception {
        turnover = new ScriptedTurnover(Turnover.State.PENDING);
        try (ServerSocket server = serve(connection -> false)) {
            assertThat(prove(server, SETTLE))
                    .isInstanceOfSatisfying(ProofResult.Unproven.class, unproven -> assertThat(unproven.evidence())
                            .contains("processes from before the reload still accept"));
            assertThat(connections).hasValue(0);
        }
    }

    @Test
    void saysThatHandshakesWereSampled() throws Exception {
        try (ServerSocket server = serve(connection -> false)) {
            assertThat(prove(server, LONG)).isInstanceOfSatisfying(ProofResult.Proven.class, proven -> assertThat(
                            proven.first().turnover())
                    .contains(Proof.Turnover.SAMPLED));
            assertThat(prove(server, Duration.ZERO))
                    .isInstanceOfSatisfying(
                            ProofResult.Proven.class,
                            proven -> assertThat(proven.first().turnover()).isEmpty());
        }
    }

    /** Reports a state, and at each call whether the processes are unchanged. */
    private static final class ScriptedTurnover implements Turnover {
        private final State state;
        private final Iterator<Boolean> unchanged;

        ScriptedTurnover(State state, Boolean... unchanged) {
            this.state = state;
            this.unchanged = List.of(unchanged).iterator();
        }

        @Override
        public State await(long deadline) {
            return state;
        }

        @Override
        public boolean unchanged() {
            return unchanged.next();
        }
    }

    @Test
    void sendsANameButNeverAnAddress() throws Exception {
        try (ServerSocket server = serve(connection -> false)) {
            assertThat(prove(server, new Names.Only("192.0.2.1"), Duration.ZERO))
                    .isInstanceOf(ProofResult.Proven.class);
            assertThat(prove(server, new Names.First(), Duration.ZERO)).isInstanceOf(ProofResult.Proven.class);
            assertThat(nextNames()).containsExactly("");
            assertThat(nextNames()).containsExactly("shop.example.com");
        }
    }

    /** A server of many certificates has another one for clients without SNI. */
    @Test
    void makesAHandshakeForEveryNameAndRepeatsOneOfThem() throws Exception {
        after = ca.leaf(
                List.of("*.example.com", "192.0.2.1", "shop.example.com", "192.0.2.2"),
                TestBundles.days(-1),
                TestBundles.days(90));
        try (ServerSocket server = serve(connection -> false)) {
            ProofResult proof = prove(server, new Names.All(), LONG);

            assertThat(proof).isInstanceOfSatisfying(ProofResult.Proven.class, proven -> {
                assertThat(proven.first().names()).isEqualTo(2);
                assertThat(proven.first().serverName()).isEqualTo("shop.example.com");
            });
            assertThat(nextNames()).containsExactly("shop.example.com");
            assertThat(nextNames()).containsExactly("perennial-probe.example.com");
            assertThat(nextNames()).containsExactly("shop.example.com");
            assertThat(connections).hasValue(3);
        }
    }

    @Test
    void doesNotProveACertificateThatIsMissingForOneName() throws Exception {
        after = ca.leaf(List.of("shop.example.com", "www.example.com"), TestBundles.days(-1), TestBundles.days(90));
        try (ServerSocket server = serve(connection -> connection == 2)) {
            assertThat(prove(server, new Names.All(), Duration.ZERO))
                    .isInstanceOfSatisfying(ProofResult.Unproven.class, unproven -> assertThat(unproven.evidence())
                            .contains("for 'www.example.com'", "instead of " + fingerprint(after.certificate())));
        }
    }

    @Test
    void triesAtMostAHundredNamesAndAlwaysTheFirst() throws Exception {
        after = ca.leaf(
                IntStream.range(0, 130).mapToObj(i -> "n" + i + ".example.com").toList(),
                TestBundles.days(-1),
                TestBundles.days(90));
        try (ServerSocket server = serve(connection -> false)) {
            assertThat(prove(server, new Names.All(), Duration.ZERO))
                    .isInstanceOfSatisfying(
                            ProofResult.Proven.class,
                            proven -> assertThat(proven.first().names()).isEqualTo(100));
            Set<String> tried = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                tried.addAll(nextNames());
            }
            assertThat(tried).hasSize(100).contains("n0.example.com");
            assertThat(connections).hasValue(100);
        }
    }

    @Test
    void namesTheMissingIntermediate() throws Exception {
        presented = leaf -> List.of(leaf);
        assertUnproven("1 certificates instead of 2, without " + fingerprint(ca.intermediate()));
    }

    @Test
    void namesACertificateThatDoesNotBelongToTheChain() throws Exception {
        presented = leaf -> List.of(leaf, ca.intermediate(), before.certificate());
        assertUnproven("certificate 2 after the leaf is " + fingerprint(before.certificate()));
    }

    @Test
    void namesACertificateAtAnotherPlaceOfTheChain() throws Exception {
        presented = leaf -> List.of(leaf, before.certificate());
        assertUnproven("certificate 1 after the leaf is " + fingerprint(before.certificate()) + " instead of "
                + fingerprint(ca.intermediate()));
    }

    @Test
    void provesEachEndpointSeparately() throws Exception {
        try (ServerSocket one = serve(connection -> false);
                ServerSocket other = serve(connection -> true)) {
            assertThat(prove(List.of(verification(one, new Names.All()), verification(one, new Names.All())), LONG))
                    .isInstanceOfSatisfying(ProofResult.Proven.class, proven -> assertThat(proven.proofs())
                            .hasSize(2));
            assertThat(prove(List.of(verification(one, new Names.All()), verification(other, new Names.All())), SETTLE))
                    .isInstanceOfSatisfying(ProofResult.Unproven.class, unproven -> assertThat(unproven.evidence())
                            .contains(":" + other.getLocalPort()));
        }
    }

    @Test
    void reportsAnAddressThatCannotBeResolved() {
        assertThat(prove(
                        List.of(Verification.tls("no-such-host.invalid", 443, new Names.All())), Duration.ofMillis(50)))
                .isInstanceOfSatisfying(ProofResult.Unproven.class, unproven -> assertThat(unproven.evidence())
                        .contains("no-such-host.invalid:443 has no address"));
    }

    @Test
    void expectsThePreviousLeafWithAnyChainForTheNamesOfBoth() {
        TestBundles.Leaf renewed =
                ca.leaf(List.of("new.example.com", "shop.example.com"), TestBundles.days(-1), TestBundles.days(90));

        ExpectedCertificate previous = ExpectedCertificate.of(List.of(renewed.certificate(), ca.intermediate()))
                .previous(before.certificate());

        assertThat(previous.names()).containsExactly("shop.example.com");
        assertThat(previous.difference(new HandshakeResult.Served(
                        List.of(fingerprint(before.certificate()), "another"), "EC", "TLSv1.3")))
                .isEmpty();
        assertThat(ExpectedCertificate.of(List.of(renewed.certificate()))
                        .previous(ca.intermediate())
                        .names())
                .containsExactly("new.example.com");
    }

    private void assertUnproven(String evidence) throws Exception {
        try (ServerSocket server = serve(connection -> false)) {
            assertThat(prove(server, new Names.All(), Duration.ZERO))
                    .isInstanceOfSatisfying(ProofResult.Unproven.class, unproven -> assertThat(unproven.evidence())
                            .contains("was served with another chain", evidence));
        }
    }

    /** The SNI values of the next connection; an empty text if it has none. */
    private List<String> nextNames() throws InterruptedException {
        List<SNIServerName> names = Objects.requireNonNull(requestedNames.poll(20, TimeUnit.SECONDS));
        return names.isEmpty()
                ? List.of("")
                : names.stream()
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .toList();
    }

    private ProofResult prove(ServerSocket server, Duration settle) {
        return prove(server, new Names.All(), settle);
    }

    private ProofResult prove(ServerSocket server, Names names, Duration settle) {
        return prove(List.of(verification(server, names)), settle);
    }

    private ProofResult prove(List<Verification> verifications, Duration settle) {
        ExpectedCertificate expected = ExpectedCertificate.of(List.of(after.certificate(), ca.intermediate()));
        return settle.isZero()
                ? new ServedCertificateCheck().prove(verifications, expected, Context.root())
                : new ServedCertificateCheck().prove(verifications, expected, settle, turnover, Context.root());
    }

    private static Verification verification(ServerSocket server, Names names) {
        return Verification.tls("127.0.0.1", server.getLocalPort(), names);
    }

    private static String fingerprint(X509Certificate certificate) {
        return Sha256.fingerprint(certificate);
    }

    /** @param old which connections, counted from 1, meet the old certificate */
    private ServerSocket serve(IntPredicate old) throws Exception {
        SSLContext oldWorker = context(before);
        SSLContext newWorker = context(after);
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    SSLContext worker = old.test(connections.incrementAndGet()) ? oldWorker : newWorker;
                    Thread.ofVirtual().start(() -> greet(worker, socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return server;
    }

    private void greet(SSLContext worker, Socket socket) {
        try (SSLSocket tls = (SSLSocket) worker.getSocketFactory().createSocket(socket, null, true)) {
            tls.setUseClientMode(false);
            tls.startHandshake();
            requestedNames.add(((ExtendedSSLSession) tls.getSession()).getRequestedServerNames());
            tls.getInputStream().read();
        } catch (IOException e) {
            // The client reports the failure.
            return;
        }
    }

    private SSLContext context(TestBundles.Leaf leaf) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new SwitchingKeys(List.of(leaf), presented)}, null, null);
        return context;
    }
}
