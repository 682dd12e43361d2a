package dev.perennial.orders.http;

import dev.perennial.api.CheckDetail;
import dev.perennial.api.CheckOutcome;
import dev.perennial.api.DiagnosisDetail;
import dev.perennial.orders.doctor.Diagnosis;

/** Maps diagnoses to records of the API. */
final class DoctorMapping {
    private DoctorMapping() {}

    static DiagnosisDetail detail(Diagnosis diagnosis) {
        return new DiagnosisDetail(
                diagnosis.subject(),
                diagnosis.hops().stream()
                        .map(hop -> new CheckDetail(
                                hop.name(),
                                EnumMapping.to(CheckOutcome.class, hop.outcome()),
                                hop.evidence(),
                                hop.remedy()))
                        .toList());
    }
}
