package dev.perennial.orders.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.api.ApprovalStatus;
import dev.perennial.api.Cause;
import dev.perennial.api.CertificateState;
import dev.perennial.api.CheckOutcome;
import dev.perennial.api.IssuerSource;
import dev.perennial.api.PublishedStatus;
import dev.perennial.api.Purpose;
import dev.perennial.api.ReplacementItemState;
import dev.perennial.api.ReplacementState;
import dev.perennial.api.RevocationState;
import dev.perennial.events.EventCodec;
import dev.perennial.orders.doctor.Hop;
import dev.perennial.orders.issuer.ManagedBy;
import dev.perennial.orders.status.StatusResult;
import dev.perennial.orders.store.StateName;
import dev.perennial.rules.approvals.ApprovalState;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.replacement.ItemState;
import dev.perennial.rules.replacement.RunState;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnumMappingTest {
    private static final Map<Class<? extends Enum<?>>, Class<? extends Enum<?>>> MAPPED = Map.of(
            StateName.class, CertificateState.class,
            OrderPurpose.class, Purpose.class,
            OrderCause.class, Cause.class,
            dev.perennial.rules.revocation.RevocationProgress.class, RevocationState.class,
            StatusResult.Status.class, PublishedStatus.class,
            ManagedBy.class, IssuerSource.class,
            RunState.class, ReplacementState.class,
            ItemState.class, ReplacementItemState.class,
            ApprovalState.class, ApprovalStatus.class,
            Hop.Outcome.class, CheckOutcome.class);

    @Test
    void mapsEveryConstantToTheApiWithTheSameJson() {
        MAPPED.forEach(
                (service, api) -> assertThat(json(api)).as(service.getName()).isEqualTo(json(service)));
    }

    private static Object json(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name() + EventCodec.mapper().valueToTree(constant))
                .toList();
    }
}
