package dev.perennial.orders.http;

import dev.perennial.api.ProblemDetails;
import dev.perennial.events.IssuerSettings;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Completes the API description with the error responses of each operation and with the JSON form of each record. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ApiDescriptionFilter implements OASFilter {
    /** Name of the schema of an issuer's settings in a request: the name is in the path, the directory may follow from the preset. */
    static final String ISSUER_REQUEST = "IssuerRequest";

    private static final String PROBLEM = "#/components/schemas/ProblemDetails";

    /** Every status that more than one operation can send. */
    private static final Map<Integer, String> ERRORS = Map.of(
            400, "A parameter, a header or the JSON is not valid",
            401, "The bearer token is missing or wrong",
            404, "The resource does not exist",
            406, "The client does not accept the media type of the response",
            413, "The body is too large",
            415, "The media type of the body is not supported",
            422, "A field of the body is not valid, or the request is not allowed",
            500, "A defect of the order-service; the trace id leads to its cause",
            503, "The database or the CA does not respond; send the request again");

    @Override
    public void filterOpenAPI(OpenAPI description) {
        Map<String, Schema> schemas = description.getComponents().getSchemas();
        JsonForms.complete(schemas);
        description
                .getComponents()
                .addSchema(ISSUER_REQUEST, issuerRequest(schemas.get(IssuerSettings.class.getSimpleName())));
        ERRORS.keySet().stream()
                .sorted()
                .forEach(status -> description.getComponents().addResponse(name(status), error(status)));
        for (PathItem path : description.getPaths().getPathItems().values()) {
            path.getOperations().values().forEach(ApiDescriptionFilter::complete);
        }
    }

    private static Schema issuerRequest(Schema settings) {
        return OASFactory.createSchema()
                .addType(Schema.SchemaType.OBJECT)
                .description("Either directory or a preset with a directory is required. Unknown fields are refused")
                .properties(settings.getProperties())
                .additionalPropertiesSchema(OASFactory.createSchema().booleanSchema(false))
                .addAnyOf(OASFactory.createSchema().addRequired("directory"))
                .addAnyOf(OASFactory.createSchema().addRequired("preset"));
    }

    private static void complete(Operation operation) {
        List<Parameter> parameters = operation.getParameters() == null ? List.of() : operation.getParameters();
        parameters.stream()
                .filter(it -> it.getIn() == Parameter.In.PATH && it.getName().equals("id"))
                .forEach(it -> it.getSchema().setFormat("uuid"));
        Map<String, APIResponse> responses =
                new LinkedHashMap<>(operation.getResponses().getAPIResponses());
        responses.forEach((status, response) -> {
            if (status.startsWith("4") && response.getContent() == null) {
                response.setContent(problem());
            }
        });
        for (int status : errors(operation, parameters)) {
            responses.putIfAbsent(
                    String.valueOf(status), OASFactory.createAPIResponse().ref(name(status)));
        }
        // The scanner adds none to a method that declares another response.
        if (responses.keySet().stream().noneMatch(status -> status.startsWith("2"))) {
            throw new IllegalStateException("no response of success is declared for: " + operation.getSummary());
        }
        operation.getResponses().setAPIResponses(new TreeMap<>(responses));
    }

    private static Set<Integer> errors(Operation operation, List<Parameter> parameters) {
        Set<Integer> errors = new LinkedHashSet<>(List.of(401, 406, 500, 503));
        if (operation.getRequestBody() != null) {
            errors.addAll(List.of(400, 413, 415, 422));
        }
        for (Parameter parameter : parameters) {
            errors.add(parameter.getIn() == Parameter.In.PATH ? 404 : 400);
        }
        return errors;
    }

    private static APIResponse error(int status) {
        APIResponse response =
                OASFactory.createAPIResponse().description(ERRORS.get(status)).content(problem());
        if (status == 503) {
            response.addHeader(
                    "Retry-After",
                    OASFactory.createHeader()
                            .description("Seconds")
                            .schema(OASFactory.createSchema().addType(Schema.SchemaType.INTEGER)));
        }
        if (status == 401) {
            response.addHeader(
                    "WWW-Authenticate",
                    OASFactory.createHeader().schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING)));
        }
        return response;
    }

    private static Content problem() {
        return OASFactory.createContent()
                .addMediaType(
                        ProblemDetails.MEDIA_TYPE,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(PROBLEM)));
    }

    private static String name(int status) {
        return "Error" + status;
    }
}
