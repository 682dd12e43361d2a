package dev.perennial.testbed.command;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.testbed.Part;
import dev.perennial.testbed.Stack;

/** Writes the files of {@code up}: addresses for programs, parts for {@code status}. They contain no secrets. */
final class RunFiles {
    static final String PARTS_FILE = "parts.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RunFiles() {}

    /** Writes the addresses last, because that file signals that the stack is ready. */
    static void write(Stack stack) {
        String roots =
                stack.run().write("issuer-roots.pem", stack.issuingRoot()).toString();
        ObjectNode all = JSON.createObjectNode();
        all.putObject("kafka").put("bootstrapServers", stack.bootstrapServers());
        all.putObject("rest").put("url", stack.rest().toString());
        all.putObject("acme")
                .put("directory", stack.acmeProxy().directory().toString())
                .put("rootCertificates", stack.acmeProxy().roots().toString());
        all.putObject("vault").put("address", stack.vault().address().toString());
        all.putObject("traces").put("url", stack.zipkin().address().toString());
        all.putObject("nginx")
                .put("host", "127.0.0.1")
                .put("port", stack.nginx().port())
                .put("issuerRoots", roots);
        all.putObject("postgres").put("url", stack.postgres().jdbcUrl());
        stack.run().write(PARTS_FILE, parts(stack).toPrettyString() + "\n");
        stack.run().write("env.sh", environment(stack));
        stack.run().write(StackHolder.READY_FILE, all.toPrettyString() + "\n");
    }

    /** Environment variables for the command line. */
    private static String environment(Stack stack) {
        return "export PERENNIAL_API='" + stack.rest() + "'\nexport PERENNIAL_TOKEN_FILE='"
                + stack.run().root().resolve("token") + "'\nexport VAULT_ADDR='"
                + stack.vault().address() + "'\nexport VAULT_TOKEN_FILE='"
                + stack.vault().operatorTokenFile() + "'\n";
    }

    private static ArrayNode parts(Stack stack) {
        ArrayNode parts = JSON.createArrayNode();
        for (Part part : stack.parts()) {
            ObjectNode entry = parts.addObject();
            entry.put("name", part.name()).put("address", part.address().toString());
            entry.put("process", part.pid().isPresent());
            part.healthUrl().ifPresent(url -> entry.put("health", url.toString()));
        }
        return parts;
    }
}
