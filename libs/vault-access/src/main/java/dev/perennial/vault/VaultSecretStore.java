package dev.perennial.vault;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.api.WriteOptions;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.response.LogicalResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link SecretStore} on the KV v2 engine of Vault or OpenBao. */
final class VaultSecretStore implements SecretStore {
    private static final int CREATE_ATTEMPTS = 3;

    private final VaultConfig config;
    private final VaultErrors problems;
    private final VaultLogin login;

    VaultSecretStore(VaultConfig config, InstantSource time) {
        AppRoleFiles files = new AppRoleFiles(config.roleIdFile(), config.secretIdFile());
        files.requireUsable();
        this.config = config;
        this.problems = new VaultErrors(config.address());
        this.login = new VaultLogin(config, files, problems, time);
    }

    @Override
    public Optional<Secret> read(SecretPath path) {
        return span("read", path, () -> {
            LogicalResponse answer =
                    call("read", path, session -> session.kv().logical().read(at(path)));
            return switch (status(answer)) {
                case 200 -> Optional.of(new Secret(answer.getDataMetadata().getVersion(), answer.getData()));
                case 404 -> nothingAt("read", path, answer, Optional.empty());
                default -> throw problems.forStatus("read", path.value(), status(answer));
            };
        });
    }

    @Override
    public CreateOnly createOnly(SecretPath path, Map<String, String> data) {
        for (int attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
            Optional<Long> written = replace(path, data, 0);
            if (written.isPresent()) {
                return new CreateOnly(true, new Secret(written.get(), data));
            }
            Optional<Secret> before = read(path);
            if (before.isPresent()) {
                return new CreateOnly(false, before.get());
            }
            // Destroyed between write and read: the path is free again.
        }
        throw new RetryLater(Problem.of(
                ErrorCode.VAULT_UNAVAILABLE,
                path + " can neither be created nor read: its latest version is deleted but not destroyed. "
                        + "Undelete it, or delete its metadata"));
    }

    @Override
    public Optional<Long> replace(SecretPath path, Map<String, String> data, long expectedVersion) {
        WriteOptions onlyAfter = new WriteOptions().checkAndSet(expectedVersion).build();
        Map<String, Object> values = Map.copyOf(data);
        return span("write", path, () -> {
            // The third argument is a wrap TTL: anything but null hides the answer in a wrapping token.
            LogicalResponse answer =
                    call("write", path, session -> session.kv().logical().write(at(path), values, null, onlyAfter));
            return switch (status(answer)) {
                case 200 -> Optional.of(Long.valueOf(answer.getData().get("version")));
                case 400 -> {
                    if (!body(answer).contains("check-and-set")) {
                        throw problems.forStatus("write", path.value(), 400);
                    }
                    yield Optional.empty();
                }
                default -> throw problems.forStatus("write", path.value(), status(answer));
            };
        });
    }

    @Override
    public void destroy(SecretPath path) {
        span("destroy", path, () -> {
            LogicalResponse answer = call(
                    "destroy", path, session -> session.raw().logical().delete(config.mount() + "/metadata/" + path));
            return switch (status(answer)) {
                case 200, 204 -> null;
                case 404 -> nothingAt("destroy", path, answer, null);
                default -> throw problems.forStatus("destroy", path.value(), status(answer));
            };
        });
    }

    @Override
    public Versions versions(SecretPath path) {
        return span("versions", path, () -> {
            LogicalResponse answer = call(
                    "versions", path, session -> session.raw().logical().read(config.mount() + "/metadata/" + path));
            return switch (status(answer)) {
                case 200 -> versions(answer.getDataObject());
                case 404 -> nothingAt("versions", path, answer, Versions.NONE);
                default -> throw problems.forStatus("versions", path.value(), status(answer));
            };
        });
    }

    private static Versions versions(JsonObject metadata) {
        JsonObject all = metadata.get("versions").asObject();
        List<Long> kept = all.names().stream()
                .filter(number -> isKept(all.get(number).asObject()))
                .map(Long::valueOf)
                .sorted()
                .toList();
        return new Versions(metadata.getLong("current_version", 0), kept);
    }

    private static boolean isKept(JsonObject version) {
        return !version.getBoolean("destroyed", false)
                && version.getString("deletion_time", "").isEmpty();
    }

    @Override
    public Optional<Secret> read(SecretPath path, long version) {
        return span("read", path, () -> {
            LogicalResponse answer = call(
                    "read", path, session -> session.kv().logical().read(at(path), true, Math.toIntExact(version)));
            return switch (status(answer)) {
                case 200 -> Optional.of(new Secret(version, answer.getData()));
                case 404 -> nothingAt("read", path, answer, Optional.empty());
                default -> throw problems.forStatus("read", path.value(), status(answer));
            };
        });
    }

    @Override
    public void destroy(SecretPath path, List<Long> versions) {
        int[] numbers = versions.stream().mapToInt(Math::toIntExact).toArray();
        span("destroy", path, () -> {
            LogicalResponse answer =
                    call("destroy", path, session -> session.kv().logical().destroy(at(path), numbers));
            return switch (status(answer)) {
                case 200, 204 -> null;
                case 404 -> nothingAt("destroy", path, answer, null);
                default -> throw problems.forStatus("destroy", path.value(), status(answer));
            };
        });
    }

    @Override
    public List<String> list(SecretPath folder) {
        return span("list", folder, () -> {
            LogicalResponse answer =
                    call("list", folder, session -> session.kv().logical().list(at(folder)));
            return switch (status(answer)) {
                case 200 -> List.copyOf(answer.getListData());
                case 404 -> nothingAt("list", folder, answer, List.of());
                default -> throw problems.forStatus("list", folder.value(), status(answer));
            };
        });
    }

    /** An expired token and a forbidden path both yield 403; only the first is repeated, with a new token. */
    private LogicalResponse call(String operation, SecretPath path, Request request) {
        VaultSession session = login.session();
        LogicalResponse answer = send(operation, path, session, request);
        if (status(answer) != 403) {
            return answer;
        }
        Optional<VaultSession> next = login.after(session);
        return next.isPresent() ? send(operation, path, next.get(), request) : answer;
    }

    private LogicalResponse send(String operation, SecretPath path, VaultSession session, Request request) {
        try {
            return request.with(session);
        } catch (VaultException e) {
            throw e.getHttpStatusCode() > 0
                    ? problems.forStatus(operation, path.value(), e.getHttpStatusCode())
                    : problems.forNoAnswer(operation, path.value(), e);
        }
    }

    /** 404 is also the response if nothing is mounted, which must not count as "never written". */
    private <T> T nothingAt(String operation, SecretPath path, LogicalResponse answer, T nothing) {
        if (body(answer).contains("no handler for route")) {
            throw problems.forStatus(operation, path.value(), 404);
        }
        return nothing;
    }

    private <T> T span(String operation, SecretPath path, java.util.function.Supplier<T> work) {
        return VaultSpan.around(operation, VaultSpan.pattern(path), config.address(), work);
    }

    private String at(SecretPath path) {
        return config.mount() + "/" + path;
    }

    private static int status(LogicalResponse answer) {
        return answer.getRestResponse().getStatus();
    }

    private static String body(LogicalResponse answer) {
        return new String(answer.getRestResponse().getBody(), StandardCharsets.UTF_8);
    }

    private interface Request {
        LogicalResponse with(VaultSession session) throws VaultException;
    }
}
