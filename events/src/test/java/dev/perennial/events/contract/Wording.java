package dev.perennial.events.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.KeyType;
import dev.perennial.events.ResourceName;

/** The prose of the generated documents: one sentence per type, and a description of each field that clients write. */
final class Wording {
    private static final String NAME = ResourceName.REGEX;

    private Wording() {}

    static String of(EventType type) {
        return switch (type) {
            case CERTIFICATE_REQUESTED -> "A request for a certificate that Perennial issues, installs and renews.";
            case CERTIFICATE_ACCEPTED ->
                "The answer to a request that is within policy, with the ids of the certificate and the order.";
            case CERTIFICATE_REFUSED -> "The answer to a request that cannot be fulfilled, with every reason.";
            case ORDER_PLACED -> "The CA has the order and waits for proof of control.";
            case ORDER_FAILED -> "The order is abandoned: it is not retried without a new request.";
            case ORDER_REHEARSED ->
                "The rehearsal ended, with or without success, and its secrets are no longer needed.";
            case DEPLOYMENT_OVERDUE ->
                "Hosts did not prove in time that they serve the issued certificate; the issuance is published for them again.";
            case ORDER_AUTHORIZED -> "Control of every identifier is proven to the CA; the order can be finalized.";
            case ORDER_REJECTED -> "Control could not be proven; the ACME order of this attempt is invalid.";
            case CERTIFICATE_ISSUED ->
                "The CA issued the certificate, it passed every check, and key and chain are in Vault.";
            case ISSUANCE_FAILED -> "The attempt ended without a certificate.";
            case CERTIFICATE_DEPLOYED -> "TLS handshakes proved that the host serves the certificate.";
            case CERTIFICATE_REHEARSED -> "The dry run on the host passed; nothing that it serves was changed.";
            case DEPLOYMENT_FAILED -> "The host does not serve the certificate.";
            case DEPLOYMENT_ROLLED_BACK ->
                "A handshake did not prove the new certificate, so the host was rolled back to the previous one, which a handshake proved.";
            case ISSUER_CONFIGURED ->
                "The complete settings of an issuer, which replace the previous ones. They contain paths of secrets, never a secret.";
            case REVOCATION_REQUESTED ->
                "A request to revoke a certificate, or every certificate with a compromised key.";
            case REVOCATION_ACCEPTED ->
                "An issued certificate will be revoked; one event for each certificate that a request affects.";
            case REVOCATION_ORDERED ->
                "An instruction to revoke a certificate at its CA now, and to destroy its key in Vault.";
            case CERTIFICATE_REVOKED -> "The CA has revoked the certificate, and its key is destroyed in Vault.";
            case REVOCATION_FAILED -> "The certificate is not revoked, or its key is not destroyed.";
            case CERTIFICATE_RETIRED ->
                "Perennial stops renewing a certificate; the certificate in use stays until it expires.";
            case CERTIFICATE_TRANSFERRED ->
                "A certificate belongs to another owner; its key and its deployment are unchanged, and its next order is for the new owner.";
            case CERTIFICATE_NAMES_FAILING ->
                "The control of some names of a certificate cannot be proven any more: they block its renewal, or were dropped from it.";
            case RENEWAL_REQUESTED -> "A request to renew a certificate now, without other changes.";
            case RENEWAL_STARTED ->
                "An order was created that renews or replaces a certificate without a request for that certificate, and why.";
            case APPROVAL_REQUESTED ->
                "A request waits for an approval and has no effect until then: who may decide, and until when.";
            case APPROVAL_DECIDED ->
                "A request no longer waits for an approval: it was approved, rejected or withdrawn, or it expired.";
            case CHALLENGE_PRESENTED ->
                "A presented challenge response, which every replica of the validation-service can serve or withdraw.";
        };
    }

    /** The parts of a request that its record does not express: alphabets, limits and defaults. */
    static void describeRequest(ObjectNode schema) {
        schema.put(
                "description",
                "A request for a certificate that Perennial orders, installs, checks by a handshake, and renews"
                        + " before it expires. A second request with the same owner and name"
                        + " changes that certificate. The answer is certificate.accepted or certificate.refused on"
                        + " topic certificate.orders; before it, approval.requested if the request waits for an approval; each"
                        + " with requestId = the request's ce_id; a request sent twice with"
                        + " the same ce_source and ce_id counts once. At most " + EventCodec.MAX_BYTES / 1024
                        + " KiB.");
        field(
                        schema,
                        "name",
                        "The certificate's name, unique per owner: 1 to 63 of a-z, 0-9, '.', '_' and '-', the first a"
                                + " letter or a digit.")
                .put("pattern", "^" + NAME + "$");
        field(schema, "owner", "The team that owns the certificate. Same alphabet as the name.")
                .put("pattern", "^" + NAME + "$");
        ObjectNode identifiers = field(
                schema,
                "identifiers",
                "The identifiers of the certificate: 1 to 100 of RFC 8555 form, without duplicates.");
        identifiers.put("minItems", 1).put("maxItems", 100);
        ObjectNode identifier = (ObjectNode) identifiers.get("items");
        field(identifier, "type", "The kind of identifier.")
                .withArray("enum")
                .add("dns")
                .add("ip");
        field(
                        identifier,
                        "value",
                        "A DNS name of at least two labels: letters, digits and inner hyphens, 1 to 63 characters per label,"
                                + " at most 253 in all; any case; one trailing dot is dropped; U-labels are"
                                + " converted to A-labels. The prefix '*.' requests a wildcard. Of type 'ip' (RFC 8738) an IPv4 or IPv6"
                                + " address, IPv6 in any spelling.")
                .put("minLength", 2)
                .put("maxLength", 254);
        field(schema, "issuer", "A configured issuer of this installation. Absent: the installation's default issuer.");
        ObjectNode keyType = field(schema, "keyType", "The type of the new key. Absent: EC_P256.");
        for (KeyType known : KeyType.values()) {
            keyType.withArray("enum").add(known.name());
        }
        keyType.put("default", KeyType.EC_P256.name());
        field(
                        schema,
                        "targets",
                        "Hosts that must serve the certificate, by their names in this installation. Absent or empty:"
                                + " the certificate is issued and stored, and installed nowhere.")
                .putArray("default");
        field(schema, "labels", "Free text for searching, with names and values of your choice. Never a secret.")
                .putObject("default");
        field(
                        schema,
                        "rehearse",
                        "Rehearse first, even if the certificate was issued before: the order runs at the issuer's rehearsal"
                                + " issuer, with a dry run on every target, and only then at the issuer. Absent: false; a certificate's first order is"
                                + " rehearsed anyway if the issuer has a rehearsal issuer.")
                .put("default", false);
    }

    /** Describes the fields of a request to revoke. */
    static void describeRevocation(ObjectNode schema) {
        schema.put(
                "description",
                "A request to revoke a certificate, identified by certificateId, or by owner and name. It affects the X.509 certificate"
                        + " in use, or the one with the fingerprint or serial. With reason keyCompromise every certificate with the same"
                        + " key is revoked, regardless of its name. The answers are revocation.accepted, one for each X.509 certificate, or"
                        + " certificate.refused, on topic certificate.orders, with requestId = the request's ce_id.");
        field(schema, "fingerprint", "SHA-256 of the leaf's DER in hex, 64 characters.");
        field(schema, "serial", "The serial number in hex.");
        field(schema, "comment", "The reason, for the certificate's timeline; at most 500 characters. Never a secret.");
        field(
                schema,
                "replace",
                "Whether a new certificate is made and served first. Absent: yes, except for cessationOfOperation, after which the"
                        + " certificate is retired.");
    }

    private static ObjectNode field(ObjectNode object, String name, String description) {
        ObjectNode field = (ObjectNode) object.get("properties").get(name);
        field.put("description", description);
        return field;
    }
}
