package dev.perennial.events.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.KeyType;

/** What the generated documents say in words: one sentence per type, and everything about the fields outsiders write. */
final class Wording {
    private static final String NAME = "[a-z0-9][a-z0-9._-]{0,62}";

    private Wording() {}

    static String of(EventType type) {
        return switch (type) {
            case CERTIFICATE_REQUESTED -> "Somebody asks for a certificate to be kept alive.";
            case CERTIFICATE_ACCEPTED -> "The answer to a request that is within policy, with the ids it is known by.";
            case CERTIFICATE_REFUSED -> "The answer to a request that cannot be carried out, with every reason found.";
            case ORDER_PLACED -> "The CA has the order and waits for proof of control.";
            case ORDER_FAILED -> "The order is given up: nobody tries again without a new request.";
            case ORDER_REHEARSED -> "The rehearsal is over, whatever came of it: nobody needs its secrets any more.";
            case DEPLOYMENT_OVERDUE ->
                "Hosts should have proven by now that they serve what was issued; they are told again.";
            case ORDER_AUTHORIZED -> "Control of every identifier is proven to the CA; the order can be finalized.";
            case ORDER_REJECTED -> "Control could not be proven; the ACME order of this attempt is dead.";
            case CERTIFICATE_ISSUED -> "The CA issued, everything was checked, and key and chain are in Vault.";
            case ISSUANCE_FAILED -> "No certificate came of this attempt.";
            case CERTIFICATE_DEPLOYED -> "A TLS handshake showed that the host serves the certificate.";
            case CERTIFICATE_REHEARSED -> "The dry run on the host passed; nothing that it serves was touched.";
            case DEPLOYMENT_FAILED -> "The certificate is not served by the host.";
            case DEPLOYMENT_ROLLED_BACK ->
                "The new certificate could not be proven, so the one before was put back and proven by a handshake.";
            case ISSUER_CONFIGURED ->
                "An issuer is from now on as it is described here, with the whole of it. Where secrets are is told, never a secret.";
            case REVOCATION_REQUESTED -> "Somebody asks for a certificate, or a compromised key, to be revoked.";
            case REVOCATION_ACCEPTED ->
                "An issued certificate is going to be revoked; one for each that a request leads to.";
            case REVOCATION_ORDERED ->
                "A certificate is to be revoked at its CA now, and its key to be destroyed in Vault.";
            case CERTIFICATE_REVOKED -> "The CA has revoked the certificate, and its key is destroyed in Vault.";
            case REVOCATION_FAILED -> "The certificate is not revoked, or its key not destroyed.";
            case CERTIFICATE_RETIRED ->
                "A certificate is not kept alive any more; what is served stays, until it expires.";
            case CERTIFICATE_NAMES_DEAD ->
                "Names of a certificate cannot be proven any more: they block its renewal, or were dropped from it.";
            case RENEWAL_REQUESTED -> "Somebody asks for a certificate to be renewed now, as it is.";
            case RENEWAL_STARTED ->
                "An order was made that renews or replaces a certificate, and why; nobody had asked for that certificate anew.";
            case CHALLENGE_PRESENTED -> "A challenge answer that every replica of the validation-service may serve.";
        };
    }

    /** What the records cannot say about a request: alphabets, limits and defaults. */
    static void describeRequest(ObjectNode schema) {
        schema.put(
                "description",
                "Somebody asks for a certificate to be kept alive: ordered, installed, proven to be served, and renewed"
                        + " before it expires. A second request with the same owner and name"
                        + " changes that certificate. The answer is certificate.accepted or certificate.refused on"
                        + " topic certificate.orders, with requestId = the request's ce_id; a request sent twice with"
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
                "What the certificate is for: 1 to 100 identifiers of RFC 8555 form, none twice.");
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
                                + " converted to A-labels. '*.' in front asks for a wildcard. Of type 'ip' (RFC 8738) an IPv4 or IPv6"
                                + " address, IPv6 in any spelling.")
                .put("minLength", 2)
                .put("maxLength", 254);
        field(
                schema,
                "issuer",
                "A configured certificate authority of this installation. Absent: the installation's default issuer.");
        ObjectNode keyType = field(schema, "keyType", "The kind of key to make. Absent: EC_P256.");
        for (KeyType known : KeyType.values()) {
            keyType.withArray("enum").add(known.name());
        }
        keyType.put("default", KeyType.EC_P256.name());
        field(
                        schema,
                        "targets",
                        "Hosts that are to serve the certificate, by the names this installation knows them by. Absent or empty:"
                                + " the certificate is issued and stored, and installed nowhere.")
                .putArray("default");
        field(schema, "labels", "Free text for searching: names and values are yours. Never a secret.")
                .putObject("default");
        field(
                        schema,
                        "rehearse",
                        "Rehearse first, also where the certificate was issued before: the order runs at the issuer's rehearsal"
                                + " issuer, with a dry run on every target, and only then at the issuer. Absent: false; a certificate's first order is"
                                + " rehearsed anyway where the issuer has a rehearsal issuer.")
                .put("default", false);
    }

    /** The same for a wish to revoke. */
    static void describeRevocation(ObjectNode schema) {
        schema.put(
                "description",
                "Somebody asks for a certificate to be revoked. Which one: certificateId, or owner and name; of what was issued for it the"
                        + " one in use, or the one with the fingerprint or serial. With reason keyCompromise every certificate with the same"
                        + " key is revoked, whatever it is called. The answers are revocation.accepted, one for each X.509 certificate, or"
                        + " certificate.refused, on topic certificate.orders, with requestId = the request's ce_id.");
        field(schema, "fingerprint", "SHA-256 of the leaf's DER in hex, 64 characters.");
        field(schema, "serial", "The serial number in hex.");
        field(schema, "comment", "Why, for the certificate's story; at most 500 characters. Never a secret.");
        field(
                schema,
                "replace",
                "Whether a new certificate is made and served first. Absent: yes, but for cessationOfOperation, after which the certificate"
                        + " is not kept alive any more.");
    }

    private static ObjectNode field(ObjectNode object, String name, String description) {
        ObjectNode field = (ObjectNode) object.get("properties").get(name);
        field.put("description", description);
        return field;
    }
}
