package dev.perennial.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InMemorySecretStoreTest extends SecretStoreContract {
    private final InMemorySecretStore store = new InMemorySecretStore();

    @Override
    SecretStore store() {
        return store;
    }

    @Test
    void listsOneLevel() {
        CertificateId id = CertificateId.next();
        store.createOnly(SecretPath.hostCopy("web-1", id), Map.of("k", "v"));
        assertThat(store.list(SecretPath.hostFolder("web-1"))).containsExactly(id.toString());
        assertThat(store.list(new SecretPath("hosts"))).containsExactly("web-1/");
        assertThat(store.list(SecretPath.hostFolder("web-2"))).isEmpty();
    }

    @Test
    void refusesWhileSealed() {
        store.seal(true);
        assertThatThrownBy(() -> store.read(SecretPath.account("x")))
                .isInstanceOfSatisfying(
                        RetryLater.class, e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.VAULT_UNAVAILABLE));
    }
}
