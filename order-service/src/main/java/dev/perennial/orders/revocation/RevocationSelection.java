package dev.perennial.orders.revocation;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import dev.perennial.events.RevocationRequested;
import dev.perennial.events.WireText;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.rules.revocation.RevocationProgress;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** Selects the issued certificates that a request revokes. */
final class RevocationSelection {
    private static final int MAX_COMMENT = 500;
    private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{1,128}");

    private final Handle tx;
    private final Instant now;

    RevocationSelection(Handle tx, Instant now) {
        this.tx = tx;
        this.now = now;
    }

    /** The request selects no certificate that can be revoked. */
    static final class EmptySelectionException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        EmptySelectionException(ErrorCode code, String detail) {
            super(detail, null, false, false);
            this.problem = Problem.of(code, detail);
        }

        Problem problem() {
            return problem;
        }
    }

    /**
     * Returns the X.509 certificates to revoke, in the order in which their certificates have to be locked.
     *
     * @param certificate that the request names
     * @throws EmptySelectionException if none of them can be revoked
     */
    List<IssuedCertificate> of(Certificate certificate, RevocationRequested request) {
        IssuedCertificate chosen = chosen(certificate, request);
        List<IssuedCertificate> all = request.reason() == RevocationReason.KEY_COMPROMISE
                ? chosen.keyFingerprint()
                        .map(key -> new IssuedCertificates(tx).ofKey(key))
                        .orElse(List.of(chosen))
                : List.of(chosen);
        List<IssuedCertificate> revocable = all.stream()
                .filter(one -> one.notAfter().isAfter(now))
                .filter(one -> one.x509().isPresent())
                .filter(one -> new RevocationTable(tx)
                        .find(one.fingerprint())
                        .filter(row -> row.state() == RevocationProgress.REVOKED)
                        .isEmpty())
                .sorted(Comparator.comparing(
                                (IssuedCertificate one) -> one.certificateId().toString())
                        .thenComparing(IssuedCertificate::fingerprint))
                .toList();
        if (revocable.isEmpty()) {
            throw new EmptySelectionException(
                    ErrorCode.NOTHING_TO_REVOKE,
                    "serial " + chosen.serial() + " is already revoked, expired at " + chosen.notAfter()
                            + ", or was issued before its DER encoding was stored");
        }
        return revocable;
    }

    /**
     * The request for the X.509 certificate that it selects now, whichever is in use later: what is approved is what was
     * requested.
     *
     * @param certificate that the request names
     * @throws EmptySelectionException if there is none
     */
    RevocationRequested exact(Certificate certificate, RevocationRequested request) {
        IssuedCertificate chosen = chosen(certificate, request);
        return new RevocationRequested(
                request.certificateId(),
                request.owner(),
                request.name(),
                Optional.of(chosen.fingerprint()),
                Optional.of(chosen.serial()),
                request.reason(),
                request.comment(),
                request.replace());
    }

    /**
     * The certificate that the request names.
     *
     * @throws EmptySelectionException if there is none, or the request is not valid
     */
    Certificate certificate(RevocationRequested request) {
        request.comment()
                .filter(text -> text.length() > MAX_COMMENT || !WireText.is(text))
                .ifPresent(text -> {
                    throw new EmptySelectionException(
                            ErrorCode.INVALID_FIELD,
                            "field 'comment': at most " + MAX_COMMENT
                                    + " characters, without NUL or unpaired surrogates");
                });
        Certificates certificates = new Certificates(tx);
        Optional<CertificateId> id = request.certificateId().or(() -> request.owner()
                .filter(WireText::is)
                .flatMap(owner -> request.name().filter(WireText::is).flatMap(name -> certificates.idOf(owner, name))));
        if (request.certificateId().isEmpty()
                && (request.owner().isEmpty() || request.name().isEmpty())) {
            throw new EmptySelectionException(
                    ErrorCode.INVALID_FIELD,
                    "no certificate is specified; specify 'certificateId', or both 'owner' and 'name'");
        }
        return id.flatMap(certificates::find)
                .filter(found -> request.owner().map(found.owner()::equals).orElse(true))
                .filter(found -> request.name().map(found.name()::equals).orElse(true))
                .orElseThrow(() -> new EmptySelectionException(
                        ErrorCode.NOT_FOUND, "no certificate has this id, or this owner and name"));
    }

    private IssuedCertificate chosen(Certificate certificate, RevocationRequested request) {
        IssuedCertificates issued = new IssuedCertificates(tx);
        if (request.fingerprint().isEmpty() && request.serial().isEmpty()) {
            return issued.current(certificate.id())
                    .orElseThrow(() -> new EmptySelectionException(
                            ErrorCode.NOTHING_TO_REVOKE,
                            "no X.509 certificate has been issued for certificate " + certificate.id()));
        }
        Predicate<IssuedCertificate> byFingerprint =
                request.fingerprint().map(RevocationSelection::hasFingerprint).orElse(any -> true);
        Predicate<IssuedCertificate> bySerial =
                request.serial().map(RevocationSelection::hasSerial).orElse(any -> true);
        return issued.of(certificate.id()).stream()
                .filter(byFingerprint.and(bySerial))
                .findFirst()
                .orElseThrow(() -> new EmptySelectionException(
                        ErrorCode.NOT_FOUND,
                        "certificate " + certificate.id() + " was never issued with that fingerprint or serial"));
    }

    private static Predicate<IssuedCertificate> hasFingerprint(String fingerprint) {
        String text = fingerprint.replace(":", "");
        return issued -> issued.fingerprint().equalsIgnoreCase(text);
    }

    private static Predicate<IssuedCertificate> hasSerial(String serial) {
        String text = serial.replace(":", "");
        if (!HEX.matcher(text).matches()) {
            throw new EmptySelectionException(
                    ErrorCode.INVALID_FIELD, "field 'serial': it is not a number in hexadecimal digits");
        }
        return issued -> new BigInteger(issued.serial(), 16).equals(new BigInteger(text, 16));
    }
}
