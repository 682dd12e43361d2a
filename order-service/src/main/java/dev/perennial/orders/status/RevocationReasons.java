package dev.perennial.orders.status;

import java.security.cert.CRLReason;
import java.util.Locale;

/** The names of the reasons in RFC 5280 section 5.3.1. */
final class RevocationReasons {
    private RevocationReasons() {}

    static String name(CRLReason reason) {
        return switch (reason) {
            case UNSPECIFIED -> "unspecified";
            case KEY_COMPROMISE -> "keyCompromise";
            case CA_COMPROMISE -> "cACompromise";
            case AFFILIATION_CHANGED -> "affiliationChanged";
            case SUPERSEDED -> "superseded";
            case CESSATION_OF_OPERATION -> "cessationOfOperation";
            case CERTIFICATE_HOLD -> "certificateHold";
            case REMOVE_FROM_CRL -> "removeFromCRL";
            case PRIVILEGE_WITHDRAWN -> "privilegeWithdrawn";
            case AA_COMPROMISE -> "aACompromise";
            case UNUSED -> reason.name().toLowerCase(Locale.ROOT);
        };
    }

    /** @param code the number of the CRLReason */
    static String name(int code) {
        return code >= 0 && code < CRLReason.values().length ? name(CRLReason.values()[code]) : "reason " + code;
    }
}
