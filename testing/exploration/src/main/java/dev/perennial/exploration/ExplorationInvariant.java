package dev.perennial.exploration;

import java.util.Locale;

/** What holds in every state. */
enum ExplorationInvariant {
    ONE_CERTIFICATE(
            "a finalized ACME order is the only one that can yield a certificate, unless the order was overdue"),
    NO_REFUSED_FACT("the order-service accepts or ignores every fact"),
    NO_DEFECT("every delivery ends with an acknowledgement, a crash or a retry"),
    NOT_ABANDONED("an order that no CA refuses is not abandoned"),
    PROGRESS("every state leads to a certificate if no further fault happens");

    private final String text;

    ExplorationInvariant(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
