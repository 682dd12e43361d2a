package dev.perennial.agent.enrolment;

import dev.perennial.agent.deploy.SigningKeyFile;
import dev.perennial.agent.files.DurableFiles;
import dev.perennial.agent.files.KeyFileAccess;
import dev.perennial.enrolment.EnrolmentException;
import dev.perennial.enrolment.EnrolmentToken;
import dev.perennial.enrolment.JsonHttp;
import dev.perennial.enrolment.ServerTls;
import dev.perennial.enrolment.WrappedSecretId;
import dev.perennial.events.Sha256;
import dev.perennial.platform.crypto.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Enrols this host. The wrapping token opens the secret id once; all other steps can be repeated. The file that is written last to
 * complete the credentials names the token that was opened, so that a repetition with the same token continues after it.
 */
final class Enrolment {
    private static final KeyFileAccess OWNER_ONLY =
            new KeyFileAccess(PosixFilePermissions.fromString("rw-------"), Optional.empty(), Optional.empty());

    private static final String HOST = "host";
    private static final String SIGNING_KEY = "signing-key.json";
    private static final String SECRET_ID = "secret-id";
    private static final String ROLE_ID = "role-id";

    /** They need no escape in a properties file. */
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9/._-]+");

    private final Path directory;
    private final Optional<Path> vaultRoots;
    private final Optional<Path> apiRoots;

    /**
     * @param vaultRoots PEM file in which the root of Vault is searched
     * @param apiRoots PEM file with the roots of the API; the roots of the JDK if absent
     */
    Enrolment(Path directory, Optional<Path> vaultRoots, Optional<Path> apiRoots) {
        this.directory = directory.toAbsolutePath().normalize();
        this.vaultRoots = vaultRoots;
        this.apiRoots = apiRoots;
    }

    /**
     * @return the file with the properties of the agent
     * @throws EnrolmentException with what to do, if a step fails
     * @throws IllegalStateException if a file that exists cannot be used
     */
    Path run(EnrolmentToken token) {
        if (!PATH.matcher(directory.toString()).matches()) {
            throw new EnrolmentException(
                    "--directory: only letters, digits and the characters / . _ - are possible, got '" + directory
                            + "'");
        }
        refuseAnotherHost(token.host());
        storeHost(token.host());
        // Before the token is opened, so that a folder that cannot be written costs nothing.
        SigningKey key = new SigningKeyFile(file(SIGNING_KEY)).readOrCreate();
        Optional<ServerTls.Pinned> pinned =
                token.vaultRoot().map(root -> ServerTls.pinned(token.vault(), root, vaultRoots));
        Optional<Path> rootsFile = pinned.filter(it -> !it.isOfJdk()).map(it -> {
            Path roots = file("vault-roots.pem");
            write(() -> DurableFiles.replace(roots, it.pem()));
            return roots;
        });
        JsonHttp vault = new JsonHttp(
                pinned.map(ServerTls.Pinned::tls).orElseGet(ServerTls::ofJdk).context());
        storeCredentials(token, vault);
        JsonHttp api = new JsonHttp(
                apiRoots.map(ServerTls::ofFile).orElseGet(ServerTls::ofJdk).context());
        new KeyRegistration(api).register(token, key, file(SIGNING_KEY));
        return writeProperties(token, rootsFile);
    }

    /** The key in the folder is registered for one host; the credentials of another one would replace those of a running agent. */
    private void refuseAnotherHost(String host) {
        Optional<String> named = content(file(HOST));
        List<String> present = Stream.of(SIGNING_KEY, SECRET_ID, ROLE_ID)
                .filter(name -> Files.exists(file(name), LinkOption.NOFOLLOW_LINKS))
                .toList();
        if (present.isEmpty() || named.filter(host::equals).isPresent()) {
            return;
        }
        String reason = named.map(it ->
                        " has the credentials of the host '" + it + "', and the token is for the host '" + host + "'")
                .orElse(" has " + String.join(" and ", present) + " and no file '" + HOST
                        + "' that names their host: the key may be registered for another one than '" + host + "'");
        throw new EnrolmentException(directory + reason
                + ". The token was not opened, and nothing was changed. Use an empty --directory, or stop the agent and"
                + " delete the files of this one; see docs/operating/hosts.md#rename-a-host");
    }

    /** Before the key, so that neither it nor credentials are ever without it. */
    private void storeHost(String host) {
        if (content(file(HOST)).filter(host::equals).isPresent()) {
            return;
        }
        try {
            DurableFiles.replace(file(HOST), host + "\n");
        } catch (IOException e) {
            throw new EnrolmentException(
                    file(HOST) + " cannot be written (" + e
                            + "); check that the agent's user may write to its directory. The token was not opened; run the"
                            + " command again with it",
                    e);
        }
    }

    private void storeCredentials(EnrolmentToken token, JsonHttp vault) {
        Path opened = file("secret-id.opened");
        String digest = Sha256.hex(token.secretIdToken());
        if (content(opened).filter(digest::equals).isPresent()) {
            return;
        }
        String secretId = new WrappedSecretId(vault, token).unwrap();
        write(() -> {
            DurableFiles.replace(file(SECRET_ID), secretId + "\n", OWNER_ONLY);
            DurableFiles.replace(file(ROLE_ID), token.roleId() + "\n", OWNER_ONLY);
            DurableFiles.replace(opened, digest + "\n", OWNER_ONLY);
        });
    }

    private static Optional<String> content(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException e) {
            throw new EnrolmentException(file + " cannot be read: " + e, e);
        }
    }

    private Path writeProperties(EnrolmentToken token, Optional<Path> rootsFile) {
        List<String> lines = new ArrayList<>(List.of(
                "# Written by 'deploy-agent enroll' for the host " + token.host() + ". Another enrolment replaces it.",
                "perennial.vault.address=" + token.vault(),
                "perennial.vault.role-id-file=" + file(ROLE_ID),
                "perennial.vault.secret-id-file=" + file(SECRET_ID),
                "perennial.agent.signing-key-file=" + file(SIGNING_KEY)));
        rootsFile.ifPresent(roots -> lines.add("perennial.vault.trusted-roots-file=" + roots));
        Path properties = file("enrolment.properties");
        write(() -> DurableFiles.replace(properties, String.join("\n", lines) + "\n"));
        return properties;
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private interface FileChange {
        void run() throws IOException;
    }

    private void write(FileChange change) {
        try {
            change.run();
        } catch (IOException e) {
            throw new EnrolmentException(
                    "a file in " + directory + " cannot be written (" + e
                            + "); correct it, and enrol the host again with a new token",
                    e);
        }
    }
}
