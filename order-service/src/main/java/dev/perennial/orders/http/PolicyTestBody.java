package dev.perennial.orders.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.ResourceName;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * The body of a test of the policy. An unknown field is refused: its absence would change the decision.
 *
 * @param as the name of a service token
 * @param candidate the document of a policy, not checked yet
 */
record PolicyTestBody(CertificateRequested request, Optional<String> as, Optional<JsonNode> candidate) {
    private static final List<String> FIELDS = List.of("request", "as", "policy");

    /** @throws ProblemException if the body is larger than that, or not valid */
    static PolicyTestBody read(InputStream body, int maxBytes) {
        JsonNode tree = RequestBody.tree(body, maxBytes);
        if (!tree.isObject() || tree.properties().stream().anyMatch(field -> !FIELDS.contains(field.getKey()))) {
            throw invalid("the body must be an object with the fields " + FIELDS + "; only 'request' is required");
        }
        return new PolicyTestBody(request(tree.path("request")), as(tree), present(tree, "policy"));
    }

    private static CertificateRequested request(JsonNode node) {
        if (!node.isObject()) {
            throw invalid("field 'request': a request for a certificate is required");
        }
        try {
            return EventCodec.mapper().treeToValue(node, CertificateRequested.class);
        } catch (JsonProcessingException e) {
            throw invalid("field 'request': " + EventCodec.describe(e));
        }
    }

    private static Optional<JsonNode> present(JsonNode tree, String field) {
        return Optional.ofNullable(tree.get(field)).filter(node -> !node.isNull());
    }

    private static Optional<String> as(JsonNode tree) {
        Optional<JsonNode> as = present(tree, "as");
        if (as.filter(name -> !ResourceName.isValid(name.textValue())).isPresent()) {
            throw invalid("field 'as': the name of a service token is required");
        }
        return as.map(JsonNode::textValue);
    }

    private static ProblemException invalid(String what) {
        return new ProblemException(422, ErrorCode.INVALID_FIELD, what);
    }
}
