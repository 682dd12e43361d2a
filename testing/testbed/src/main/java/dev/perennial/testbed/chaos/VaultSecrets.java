package dev.perennial.testbed.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.vault.VaultApi;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads the secrets in Vault with the root token. */
final class VaultSecrets {
    private final Stack stack;

    VaultSecrets(Stack stack) {
        this.stack = stack;
    }

    /** Paths of all secrets below a folder. The folder ends in a slash; the empty string means all. */
    List<String> below(String folder) {
        List<String> paths = new ArrayList<>();
        for (String name : list(folder)) {
            if (name.endsWith("/")) {
                paths.addAll(below(folder + name));
            } else {
                paths.add(folder + name);
            }
        }
        return paths;
    }

    /** Every private key in Vault, PEM. */
    List<String> privateKeys() {
        return below("").stream()
                .flatMap(path -> texts(api().get("perennial/data/" + path)))
                .filter(text -> text.contains(PrivateKeyScanner.PEM_MARKER))
                .toList();
    }

    private List<String> list(String folder) {
        try {
            return texts(api().get("perennial/metadata/" + folder + "?list=true")
                            .at("/data/keys"))
                    .toList();
        } catch (VaultApi.Refused empty) {
            return List.of();
        }
    }

    private static Stream<String> texts(JsonNode node) {
        return node.isValueNode()
                ? Stream.of(node.asText())
                : StreamSupport.stream(node.spliterator(), false).flatMap(VaultSecrets::texts);
    }

    private VaultApi api() {
        return stack.vault().api();
    }
}
