package dev.perennial.orders.http;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.perennial.api.AcceptedRequest;
import dev.perennial.api.AcceptedRevocations;
import dev.perennial.api.ApprovalDecisionRequest;
import dev.perennial.api.ApprovalDetail;
import dev.perennial.api.ApprovalPage;
import dev.perennial.api.CertificateDetail;
import dev.perennial.api.CertificatePage;
import dev.perennial.api.DiagnosisDetail;
import dev.perennial.api.DoctorRequest;
import dev.perennial.api.IssuerChangeDetail;
import dev.perennial.api.IssuerDetail;
import dev.perennial.api.PolicyDocument;
import dev.perennial.api.PolicyRevisionDetail;
import dev.perennial.api.PolicyTestDetail;
import dev.perennial.api.PolicyTestRequest;
import dev.perennial.api.ProblemDetails;
import dev.perennial.api.QuarantinedName;
import dev.perennial.api.RenewalRequest;
import dev.perennial.api.ReplacementDetail;
import dev.perennial.api.ReplacementReportLine;
import dev.perennial.api.ReplacementRequest;
import dev.perennial.api.RetirementRequest;
import dev.perennial.api.RevocationRequest;
import dev.perennial.api.ThrottleRequest;
import dev.perennial.api.WaitingChange;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.EventCodec;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.models.media.Schema;

/**
 * The JSON form of the records of the API where it differs from their Java form, which the scanner of the API description shows: the
 * constants of enums, ids, and the fields that are always present.
 */
final class JsonForms {
    private static final List<Class<?>> REQUESTS = List.of(
            ApprovalDecisionRequest.class,
            CertificateRequested.class,
            DoctorRequest.class,
            PolicyDocument.class,
            PolicyTestRequest.class,
            RenewalRequest.class,
            ReplacementRequest.class,
            RetirementRequest.class,
            RevocationRequest.class,
            ThrottleRequest.class);
    private static final List<Class<?>> RESPONSES = List.of(
            AcceptedRequest.class,
            AcceptedRevocations.class,
            ApprovalDetail.class,
            ApprovalPage.class,
            CertificateDetail.class,
            CertificatePage.class,
            DiagnosisDetail.class,
            IssuerChangeDetail.class,
            IssuerDetail.class,
            PolicyRevisionDetail.class,
            PolicyTestDetail.class,
            ProblemDetails.class,
            QuarantinedName.class,
            ReplacementDetail.class,
            ReplacementReportLine.class,
            WaitingChange.class);

    private JsonForms() {}

    /** @param schemas by simple class name */
    static void complete(Map<String, Schema> schemas) {
        Set<Class<?>> responses = reachable(RESPONSES);
        Set<Class<?>> all = new HashSet<>(responses);
        all.addAll(reachable(REQUESTS));
        for (Class<?> type : all) {
            Schema schema = schemas.get(type.getSimpleName());
            if (schema == null) {
                continue;
            }
            if (type.isEnum()) {
                schema.setEnumeration(Arrays.stream(type.getEnumConstants())
                        .map(it -> EventCodec.mapper().convertValue(it, Object.class))
                        .toList());
            } else if (isUuid(type)) {
                schema.setProperties(null);
                schema.setType(List.of(Schema.SchemaType.STRING));
                schema.setFormat("uuid");
            } else if (responses.contains(type) && type.getPackage() == ProblemDetails.class.getPackage()) {
                // Later versions add fields, so that unknown fields stay allowed.
                schema.setRequired(Arrays.stream(type.getRecordComponents())
                        .filter(it -> it.getType() != Optional.class)
                        .map(RecordComponent::getName)
                        .toList());
            }
        }
    }

    private static boolean isUuid(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        return components.length == 1
                && components[0].getType() == UUID.class
                && components[0].getAccessor().isAnnotationPresent(JsonValue.class);
    }

    private static Set<Class<?>> reachable(List<Class<?>> roots) {
        Set<Class<?>> found = new HashSet<>();
        List<Type> open = new ArrayList<>(roots);
        while (!open.isEmpty()) {
            Type next = open.removeLast();
            if (next instanceof ParameterizedType generic) {
                open.addAll(Arrays.asList(generic.getActualTypeArguments()));
            } else if (next instanceof Class<?> type && (type.isRecord() || type.isEnum()) && found.add(type)) {
                Stream.ofNullable(type.getRecordComponents())
                        .flatMap(Arrays::stream)
                        .forEach(component -> open.add(component.getGenericType()));
            }
        }
        return found;
    }
}
