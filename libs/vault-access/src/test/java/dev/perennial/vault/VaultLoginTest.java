package dev.perennial.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultLoginTest {
    private static final String LOGIN = "/v1/auth/approle/login";
    private static final String LOOKUP = "/v1/auth/token/lookup-self";
    private static final String ALLOWED = "/v1/perennial/data/dns/allowed";

    @TempDir
    Path folder;

    private final Instant start = Instant.parse("2026-11-30T12:00:00Z");
    private Clock clock = Clock.fixed(start, ZoneOffset.UTC);

    @BeforeEach
    void credentials() throws IOException {
        Files.writeString(folder.resolve("role"), "role");
        Files.writeString(folder.resolve("secret"), "secret");
        Files.setPosixFilePermissions(folder.resolve("secret"), PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void doesNotLogInAgainForAForbiddenPath() throws IOException {
        try (FakeVault vault =
                new FakeVault((path, token) -> path.equals(LOOKUP) || path.equals(ALLOWED) ? 200 : 403)) {
            SecretStore store = store(vault);

            for (int i = 0; i < 20; i++) {
                assertForbidden(store, "forbidden");
                store.read(SecretPath.dnsProvider("allowed"));
            }

            assertThat(vault.count(LOGIN)).isEqualTo(1);
            assertThat(vault.count(LOOKUP)).as("in the same moment").isEqualTo(1);
        }
    }

    @Test
    void logsInAgainIfTheTokenIsNoLongerValid() throws IOException {
        try (FakeVault vault = new FakeVault((path, token) -> token.equals("token-1") ? 403 : 200)) {
            SecretStore store = store(vault);

            assertThat(store.read(SecretPath.dnsProvider("allowed"))).isPresent();
            assertThat(store.read(SecretPath.dnsProvider("allowed"))).isPresent();

            assertThat(vault.count(LOGIN)).isEqualTo(2);
        }
    }

    @Test
    void limitsLoginsIfEveryTokenIsRefused() throws IOException {
        try (FakeVault vault = new FakeVault((path, token) -> 403)) {
            MovedClock moved = new MovedClock();
            clock = moved;
            SecretStore store = store(vault);

            for (int second = 0; second < 600; second++) {
                assertForbidden(store, "any");
                moved.ahead(Duration.ofSeconds(second));
            }

            assertThat(vault.count(LOGIN)).as("in ten minutes").isBetween(3L, 20L);
        }
    }

    @Test
    void limitsLoginsIfTheAppRoleIsRefused() throws IOException {
        try (FakeVault vault = new FakeVault((path, token) -> 200)) {
            vault.loginStatus = 403;
            MovedClock moved = new MovedClock();
            clock = moved;
            SecretStore store = store(vault);

            for (int second = 0; second < 600; second++) {
                assertForbidden(store, "any");
                moved.ahead(Duration.ofSeconds(second));
            }

            assertThat(vault.count(LOGIN)).as("in ten minutes").isBetween(3L, 20L);
        }
    }

    @Test
    void reportsTheNextLogin() throws IOException {
        try (FakeVault vault = new FakeVault((path, token) -> 200)) {
            vault.loginStatus = 400;
            SecretStore store = store(vault);
            assertForbidden(store, "any");

            assertThatExceptionOfType(RetryLater.class)
                    .isThrownBy(() -> store.read(SecretPath.dnsProvider("any")))
                    .satisfies(e -> {
                        assertThat(e.problem().detail()).contains("the AppRole was refused");
                        assertThat(e.earliest().orElseThrow())
                                .isBefore(Clock.systemUTC().instant().plusSeconds(2));
                    });
            assertThat(vault.count(LOGIN)).isEqualTo(1);
        }
    }

    @Test
    void logsInAtOnceWithANewSecretId() throws IOException {
        try (FakeVault vault = new FakeVault((path, token) -> 200)) {
            vault.loginStatus = 400;
            SecretStore store = store(vault);
            assertForbidden(store, "any");
            vault.loginStatus = 200;

            Files.writeString(folder.resolve("secret"), "new secret");

            assertThat(store.read(SecretPath.dnsProvider("allowed"))).isPresent();
        }
    }

    @Test
    void logsInAfterThePause() throws IOException {
        try (FakeVault vault = new FakeVault((path, token) -> 200)) {
            vault.loginStatus = 403;
            MovedClock moved = new MovedClock();
            clock = moved;
            SecretStore store = store(vault);
            assertForbidden(store, "any");
            vault.loginStatus = 200;

            moved.ahead(Duration.ofMinutes(1));

            assertThat(store.read(SecretPath.dnsProvider("allowed"))).isPresent();
        }
    }

    @Test
    void endsARequestWhoseResponseDoesNotEnd() throws IOException {
        try (FakeVault vault = new FakeVault((path, token) -> 200)) {
            vault.stalls = true;
            SecretStore store = store(vault);

            assertThat(read(store))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            RetryLater.class,
                            e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.VAULT_UNAVAILABLE));
        }
    }

    /** Otherwise each call waits for the timeouts of all that came before it. */
    @Test
    void sharesTheFailureOfALoginWithTheCallsThatWaitForIt() throws IOException {
        int calls = 10;
        try (SilentServer vault = new SilentServer()) {
            SecretStore store = store(vault.address());

            List<CompletableFuture<Optional<Secret>>> reads =
                    Stream.generate(() -> read(store)).limit(calls).toList();

            assertThat(CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)))
                    .failsWithin(5, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class);
            assertThat(reads)
                    .allSatisfy(read -> assertThat(read.exceptionNow()).isInstanceOfSatisfying(RetryLater.class, e -> {
                        assertThat(e.problem().code()).isEqualTo(ErrorCode.VAULT_UNAVAILABLE);
                        assertThat(e.problem().detail()).startsWith("login of ").contains("cannot be reached");
                    }));
            assertThat(vault.connections()).as("logins").isLessThan(calls / 2);
        }
    }

    private static CompletableFuture<Optional<Secret>> read(SecretStore store) {
        return CompletableFuture.supplyAsync(
                () -> store.read(SecretPath.dnsProvider("allowed")),
                task -> Thread.ofVirtual().start(task));
    }

    private static void assertForbidden(SecretStore store, String name) {
        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> store.read(SecretPath.dnsProvider(name)))
                .satisfies(e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.VAULT_UNAVAILABLE));
    }

    private SecretStore store(FakeVault vault) {
        return store(vault.address());
    }

    private SecretStore store(URI vault) {
        return new VaultSecretStore(
                new SecretStores.Settings(
                        vault,
                        folder.resolve("role"),
                        folder.resolve("secret"),
                        "perennial",
                        Optional.empty(),
                        Duration.ofSeconds(1)),
                clock);
    }
}
