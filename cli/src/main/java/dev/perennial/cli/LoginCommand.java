package dev.perennial.cli;

import dev.perennial.api.SelfDetail;
import java.io.PrintWriter;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "login",
        description = {
            "Logs in at an identity provider with a browser on any device (RFC 8628).",
            "The login is stored in perennial/login.json below $XDG_CONFIG_HOME (default: ~/.config). It is used for"
                    + " this API only."
        })
final class LoginCommand implements Callable<Integer> {
    private static final String PROVIDER = "PERENNIAL_LOGIN_PROVIDER";
    private static final String CLIENT = "PERENNIAL_LOGIN_CLIENT";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiAddress address;

    @Option(
            names = "--provider",
            paramLabel = "URL",
            description = "issuer of the tokens; default: $PERENNIAL_LOGIN_PROVIDER, else the one of the last login")
    private Optional<String> provider = Optional.empty();

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            description = "public client at the provider; default: $PERENNIAL_LOGIN_CLIENT, else the one of the last"
                    + " login at this provider")
    private Optional<String> clientId = Optional.empty();

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            description = "scopes, separated by spaces; default: the ones of the last login at this provider, else"
                    + " openid")
    private Optional<String> scope = Optional.empty();

    @Mixin
    private HelpOption help;

    private final ProcessEnvironment environment;
    private final InstantSource clock;
    private final DeviceLogin.Pause pause;

    LoginCommand() {
        this(ProcessEnvironment.current(), InstantSource.system(), Thread::sleep);
    }

    LoginCommand(ProcessEnvironment environment, InstantSource clock, DeviceLogin.Pause pause) {
        this.environment = environment;
        this.clock = clock;
        this.pause = pause;
        this.address = new ApiAddress(environment);
    }

    @Override
    public Integer call() throws InterruptedException {
        LoginFile file = new LoginFile(environment.configurationFolder());
        StoredLogin login = logIn(last(file));
        file.locked(() -> {
            file.write(login);
            return login;
        });
        out().println("the login for the API at " + login.api() + " is stored in " + file.path() + "; "
                + validity(login.tokens()));
        out().flush();
        // After the login is stored: it remains valid if the API cannot be reached.
        SelfDetail self = new ApiClient(login.api(), login.tokens().accessToken())
                .get("access/self", SelfDetail.class)
                .value();
        out().println(AccessText.self(self));
        out().flush();
        return ExitCode.OK;
    }

    /** A login that cannot be read is replaced. */
    private static Optional<StoredLogin> last(LoginFile file) {
        try {
            return file.read();
        } catch (LoginException e) {
            return Optional.empty();
        }
    }

    private StoredLogin logIn(Optional<StoredLogin> last) throws InterruptedException {
        // Without an address, no command could use the login.
        URI api = address.find().or(() -> last.map(StoredLogin::api)).orElseThrow(ApiAddress::missing);
        SecureUrl.parse("the address of the API", api.toString());
        String issuer = provider.or(() -> environment.variable(PROVIDER))
                .or(() -> last.map(StoredLogin::provider))
                .orElseThrow(() -> missing("identity provider", "--provider", PROVIDER));
        Optional<StoredLogin> same = last.filter(login -> login.provider().equals(issuer));
        String client = clientId.or(() -> environment.variable(CLIENT))
                .or(() -> same.map(StoredLogin::clientId))
                .orElseThrow(() -> missing("client of the identity provider", "--client-id", CLIENT));
        String scopes = scope.or(() -> same.map(StoredLogin::scope)).orElse("openid");
        return new StoredLogin(issuer, client, scopes, api, tokens(issuer, client, scopes));
    }

    private TokenResponse tokens(String issuer, String client, String scopes) throws InterruptedException {
        OpenIdProvider discovered = OpenIdProvider.discover(issuer, new ProviderHttp(), clock);
        DeviceAuthorization device = discovered.authorizeDevice(client, scopes);
        print(device);
        return new DeviceLogin(discovered, client, clock, pause).await(device);
    }

    /** With the code in any case, so that the person can compare it (RFC 8628, 3.3.1). */
    private void print(DeviceAuthorization device) {
        device.completeAddress().ifPresent(complete -> out().println("open " + complete));
        out().println((device.completeAddress().isPresent() ? "or open " : "open ") + device.address()
                + " and enter the code " + Text.oneLine(device.userCode()));
        out().println("waiting for the approval, until "
                + Text.second(clock.instant().plus(device.lifetime())));
        out().flush();
    }

    private static String validity(TokenResponse tokens) {
        String until = tokens.expiresAt()
                .map(time -> "its access token is valid until " + Text.second(time))
                .orElse("the provider does not say how long its access token is valid");
        return until + (tokens.refreshToken().isPresent() ? " and is refreshed automatically" : "");
    }

    private static LoginException missing(String what, String option, String variable) {
        return LoginException.unusable("no " + what + " is configured; specify one with " + option + " or " + variable);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
