package dev.perennial.vault;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import io.github.jopenlibs.vault.VaultException;
import java.io.IOException;
import java.net.URI;

/**
 * Translates responses of Vault into exceptions. Messages and exceptions of the driver are omitted, because they quote
 * responses, and a response may contain a secret.
 */
record VaultErrors(URI address) {

    /** For an unexpected status; the caller has handled 2xx, 404 and its own 400. */
    RuntimeException forStatus(String operation, String where, int status) {
        String context = operation + " of " + where + " at " + address;
        if (status == 503) {
            return retry(
                    context + ": Vault is sealed or not ready. The request is retried automatically; "
                            + "unseal it with 'vault operator unseal'",
                    status);
        }
        if (status == 403) {
            return new PermissionDenied(Problem.of(
                    ErrorCode.VAULT_UNAVAILABLE,
                    context + ": permission denied. Compare the policy of this AppRole "
                            + "with the policy file shipped with Perennial",
                    "HTTP 403"));
        }
        if (status == 404) {
            return retry(
                    context + ": there is no KV v2 engine at this mount. Enable it, or correct perennial.vault.mount",
                    status);
        }
        if (status == 429 || status >= 472) {
            return retry(
                    context + ": Vault cannot answer. The request is retried automatically; "
                            + "check the log and the storage of Vault",
                    status);
        }
        return new IllegalStateException(context + ": Vault reports an invalid request (HTTP " + status + ")");
    }

    RetryLater loginRefused(AppRoleFiles files, int status) {
        return retry(
                "login at " + address + ": the AppRole was refused. Write a valid role id to " + files.roleIdFile()
                        + " and a new secret id to " + files.secretIdFile() + "; no restart is needed",
                status);
    }

    /** For a call without an HTTP response, or with one that the driver could not parse. */
    RuntimeException forNoAnswer(String operation, String where, VaultException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                return new IllegalStateException("interrupted during " + operation + " of " + where);
            }
            if (cause instanceof IOException) {
                return new RetryLater(Problem.of(
                        ErrorCode.VAULT_UNAVAILABLE,
                        operation + " of " + where + ": " + address + " cannot be reached. Check that Vault runs, "
                                + "perennial.vault.address, and for https perennial.vault.trusted-roots-file",
                        cause.getClass().getSimpleName()));
            }
        }
        return new RetryLater(Problem.of(
                ErrorCode.VAULT_UNAVAILABLE,
                operation + " of " + where + ": the answer of " + address + " could not be parsed. "
                        + "Check that it is a Vault or OpenBao server"));
    }

    private static RetryLater retry(String detail, int status) {
        return new RetryLater(Problem.of(ErrorCode.VAULT_UNAVAILABLE, detail, "HTTP " + status));
    }
}
