package dev.perennial.vault;

import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.AuthResponse;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.jboss.logging.Logger;

/**
 * Maintains one token: AppRole login at the first call, renewal by the first call after two thirds of its lifetime, and
 * a new login if Vault no longer renews or accepts it.
 */
final class VaultLogin {
    private static final Logger LOG = Logger.getLogger(VaultLogin.class);
    private static final Duration BETWEEN_LOOKUPS = Duration.ofSeconds(10);

    private final VaultConfig config;
    private final AppRoleFiles files;
    private final VaultErrors errors;
    private final HttpClient http;
    private final InstantSource clock;
    /** Fair, so that no call waits for a login that began after it. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private final LoginBackoff afterRefusedToken = new LoginBackoff(Duration.ofSeconds(5), Duration.ofMinutes(5));
    private final LoginBackoff afterRefusedLogin = new LoginBackoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
    /** Why Vault refused the last login; its credentials are not sent again during the pause. Otherwise empty. */
    private Optional<Refusal> refusal = Optional.empty();
    /** No further lookup of the current token before. */
    private Instant validUntil = Instant.MIN;

    private volatile VaultSession current;
    /** Why the last login failed, for the calls that waited for it: a refusal or an outage. Otherwise null. */
    private volatile RetryLater failure;

    /** @param clock only its differences count */
    VaultLogin(VaultConfig config, AppRoleFiles files, VaultErrors errors, InstantSource clock) {
        this.config = config;
        this.files = files;
        this.errors = errors;
        this.clock = clock;
        // HTTP/1.1: Go servers allow 250 streams on an HTTP/2 connection; beyond that, the JDK's client fails instead
        // of waiting. The client is shared, because the driver otherwise creates one per request.
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(config.requestTimeout());
        config.trustedRootsFile().map(TrustedRoots::ofFile).ifPresent(builder::sslContext);
        this.http = new BoundedHttpClient(builder.build(), config.requestTimeout());
    }

    /**
     * Waits for one login, its own or the one that is in progress, however many other calls wait.
     *
     * @throws RetryLater if that login fails
     */
    VaultSession session() {
        VaultSession cached = current;
        if (isUsable(cached)) {
            return cached;
        }
        RetryLater known = failure;
        lock.lock();
        try {
            if (isUsable(current)) {
                return current;
            }
            RetryLater latest = failure;
            if (latest != null && latest != known) {
                throw new RetryLater(latest.problem(), latest);
            }
            current = current == null ? login() : renewOrLogin(current);
            return current;
        } finally {
            lock.unlock();
        }
    }

    private boolean isUsable(VaultSession session) {
        return session != null && clock.instant().isBefore(session.renewAt());
    }

    /**
     * A session that replaces {@code refused}; empty if its token is valid, so that the path is forbidden, or if the
     * last such login is too recent. If several calls fail with one expired token, only the first logs in.
     */
    Optional<VaultSession> after(VaultSession refused) {
        lock.lock();
        try {
            Instant now = clock.instant();
            if (current != refused) {
                return Optional.of(current);
            }
            if (!afterRefusedToken.allows(now) || now.isBefore(validUntil) || isValid(refused)) {
                return Optional.empty();
            }
            afterRefusedToken.startPause(now);
            current = login();
            return Optional.of(current);
        } finally {
            lock.unlock();
        }
    }

    /** Only a refusal counts against the token: without an answer, a login would fail too. */
    private boolean isValid(VaultSession session) {
        try {
            if (VaultSpan.around("lookup", "auth/token/lookup-self", config.address(), () -> lookup(session)) == 403) {
                return false;
            }
        } catch (RetryLater e) {
            LOG.debugf("the Vault token cannot be looked up: %s", e.problem().detail());
        }
        validUntil = clock.instant().plus(BETWEEN_LOOKUPS);
        return true;
    }

    private int lookup(VaultSession session) {
        try {
            return session.raw().auth().lookupSelf().getRestResponse().getStatus();
        } catch (VaultException e) {
            if (e.getHttpStatusCode() == 403) {
                return 403;
            }
            throw e.getHttpStatusCode() > 0
                    ? errors.forStatus("lookup", "the service's token", e.getHttpStatusCode())
                    : errors.forNoAnswer("lookup", "the service's token", e);
        }
    }

    private VaultSession renewOrLogin(VaultSession old) {
        if (!old.renewable()) {
            return login();
        }
        try {
            AuthResponse answer = VaultSpan.around(
                    "renew",
                    "auth/token/renew-self",
                    config.address(),
                    () -> call("renewal", old.raw().auth()::renewSelf, status -> errors.loginRefused(files, status)));
            return old.renewed(clock.instant(), answer.getAuthLeaseDuration(), answer.isAuthRenewable());
        } catch (RetryLater e) {
            LOG.infof(
                    "renewal of the Vault token failed (%s); logging in again",
                    e.problem().evidence().orElse("no answer"));
            return login();
        }
    }

    private VaultSession login() {
        try {
            VaultSession session = newSession();
            failure = null;
            return session;
        } catch (RetryLater e) {
            failure = e;
            throw e;
        }
    }

    /** @throws RetryLater without a request if Vault has refused the last login recently, with the same credentials */
    private VaultSession newSession() {
        AppRoleFiles.Credentials credentials = files.read();
        if (refusal.isPresent()
                && refusal.get().credentials().equals(credentials)
                && !afterRefusedLogin.allows(clock.instant())) {
            throw untilNextLogin(refusal.get().problem());
        }
        AuthResponse answer = VaultSpan.around("login", "auth/approle/login", config.address(), () -> {
            Vault anonymous = view(null, 1);
            return call(
                    "login",
                    () -> anonymous.auth().loginByAppRole(credentials.roleId(), credentials.secretId()),
                    status -> refused(credentials, status));
        });
        refusal = Optional.empty();
        String token = answer.getAuthClientToken();
        return new VaultSession(
                view(token, 2),
                view(token, 1),
                answer.isAuthRenewable(),
                VaultSession.renewAt(clock.instant(), answer.getAuthLeaseDuration()));
    }

    private RetryLater refused(AppRoleFiles.Credentials credentials, int status) {
        afterRefusedLogin.startPause(clock.instant());
        Problem problem = errors.loginRefused(files, status).problem();
        refusal = Optional.of(new Refusal(problem, credentials));
        return untilNextLogin(problem);
    }

    /** With the time of day of the next login. */
    private RetryLater untilNextLogin(Problem problem) {
        return new RetryLater(problem.nextAttempt(
                InstantSource.system().instant().plus(afterRefusedLogin.remaining(clock.instant()))));
    }

    private AuthResponse call(String operation, AuthCall call, IntFunction<RetryLater> refused) {
        try {
            return call.run();
        } catch (VaultException e) {
            int status = e.getHttpStatusCode();
            if (status >= 400 && status < 500 && status != 429) {
                throw refused.apply(status);
            }
            throw status > 0
                    ? errors.forStatus(operation, "the service's token", status)
                    : errors.forNoAnswer(operation, "the service's token", e);
        }
    }

    private Vault view(String token, int engineVersion) {
        try {
            int seconds = Math.toIntExact(Math.max(1, roundedUp(config.requestTimeout())));
            var driver = new io.github.jopenlibs.vault.VaultConfig()
                    .address(config.address().toString().replaceAll("/+$", ""))
                    .httpClient(http)
                    .openTimeout(seconds)
                    .readTimeout(seconds);
            return Vault.create((token == null ? driver : driver.token(token)).build(), engineVersion);
        } catch (VaultException e) {
            throw new IllegalStateException("the Vault driver refuses its configuration", e);
        }
    }

    private static long roundedUp(Duration limit) {
        return limit.plusMillis(999).toSeconds();
    }

    private record Refusal(Problem problem, AppRoleFiles.Credentials credentials) {}

    private interface AuthCall {
        AuthResponse run() throws VaultException;
    }
}
