package dev.perennial.agent.targets.haproxy;

import dev.perennial.agent.check.Pem;
import dev.perennial.agent.command.Command;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.agent.targets.onefile.CommandServer;
import dev.perennial.agent.targets.onefile.OneFileTarget;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An HAProxy process. The file is on the disk before the runtime API gets its content, so that a restart of HAProxy
 * reads what it served before. HAProxy has one transaction at a time; it compares key and certificate at the commit.
 *
 * @param commands the configuration test, and the reload for a file that the process has not loaded at its start
 * @param socket the stats socket with level admin
 */
public record HaproxyServer(CommandServer commands, Path socket) implements TargetGroup {
    @Override
    public String name() {
        return commands.name();
    }

    @Override
    public Path lock() {
        return commands.lock();
    }

    @Override
    public Duration verifyTimeout() {
        return commands.verifyTimeout();
    }

    @Override
    public Optional<Problem> validate() {
        return commands.validate();
    }

    @Override
    public Optional<Problem> apply(List<Target> changed) {
        RuntimeApi api = new RuntimeApi(socket, commands.timeout());
        try {
            String process = process(api);
            List<Path> files = changed.stream()
                    .map(target -> ((OneFileTarget) target).location().file())
                    .toList();
            List<String> shown = api.send("show ssl cert").lines().toList();
            abortTransactions(api, files, shown);
            boolean reloadNeeded = false;
            for (Path file : files) {
                // A rollback may have deleted it: the process keeps what it has.
                if (!Files.exists(file)) {
                    return Optional.of(problem("there is no file " + file + " to go back to", ""));
                }
                if (shown.contains(file.toString())) {
                    Optional<Problem> refused = replace(api, file);
                    if (refused.isPresent()) {
                        return refused;
                    }
                } else {
                    reloadNeeded = true;
                }
            }
            if (reloadNeeded) {
                return reload(changed);
            }
            return process(api).equals(process)
                    ? Optional.empty()
                    : Optional.of(problem(
                            "another process of HAProxy started during the change, and may have read other files", ""));
        } catch (IOException e) {
            return Optional.of(problem("the runtime API at " + socket + " failed", e.toString()));
        }
    }

    private Optional<Problem> reload(List<Target> changed) {
        return commands.reload().isEmpty()
                ? Optional.of(problem(
                        "HAProxy has not loaded a certificate file at its start, and 'reload' of the host file is absent;"
                                + " start HAProxy again, or add 'reload'",
                        ""))
                : commands.apply(changed);
    }

    private static String process(RuntimeApi api) throws IOException {
        return api.send("show info")
                .lines()
                .filter(line -> line.startsWith("Pid: "))
                .findFirst()
                .orElseThrow(() -> new IOException("'show info' contains no Pid"));
    }

    /** The transaction of an agent that was killed would prevent one for another file. */
    private static void abortTransactions(RuntimeApi api, List<Path> files, List<String> shown) throws IOException {
        for (Path file : files) {
            if (shown.contains("*" + file)) {
                api.send("abort ssl cert " + file);
            }
        }
    }

    private Optional<Problem> replace(RuntimeApi api, Path file) throws IOException {
        // An empty line would end the content in the command; a file written by hand may have one.
        String content = Files.readString(file, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isBlank())
                .collect(Collectors.joining("\n", "", "\n"));
        String set = api.send("set ssl cert " + file + " <<\n" + content);
        if (!set.startsWith("Transaction ")) {
            return Optional.of(problem("HAProxy did not accept the content of " + file, set));
        }
        String commit = api.send("commit ssl cert " + file);
        if (!commit.endsWith("Success!")) {
            api.send("abort ssl cert " + file);
            return Optional.of(problem("HAProxy refused the content of " + file, commit));
        }
        String shown = api.send("show ssl cert " + file);
        String fingerprint = sha1(Pem.firstCertificate(content));
        return shown.lines().anyMatch(line -> line.strip().equals("SHA1 FingerPrint: " + fingerprint))
                ? Optional.empty()
                : Optional.of(problem("HAProxy shows another certificate for " + file + " after the commit", shown));
    }

    private Problem problem(String detail, String evidence) {
        return Problem.of(
                ErrorCode.RELOAD_FAILED,
                "server '" + name() + "': " + detail,
                evidence.isEmpty() ? null : Command.withoutPrivateKeys(evidence));
    }

    /** As HAProxy shows it. */
    private static String sha1(X509Certificate leaf) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(leaf.getEncoded()))
                    .toUpperCase(Locale.ROOT);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
