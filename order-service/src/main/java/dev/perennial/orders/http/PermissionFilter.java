package dev.perennial.orders.http;

import dev.perennial.events.ResourceName;
import dev.perennial.events.WireText;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.rules.access.Resource;
import jakarta.inject.Inject;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jdbi.v3.core.Handle;

/**
 * Authorizes the action of each endpoint before it runs. The resource follows from the path: a certificate, an issuer, or the
 * installation.
 */
class PermissionFilter {
    private static final Logger LOG = Logger.getLogger(PermissionFilter.class);

    private final CurrentCaller caller;

    @Inject
    PermissionFilter(CurrentCaller caller) {
        this.caller = caller;
    }

    @ServerRequestFilter
    void check(ResourceInfo endpoint, UriInfo uri) {
        Permission permission = endpoint.getResourceMethod().getAnnotation(Permission.class);
        if (permission == null) {
            LOG.errorf("%s has no @Permission and is denied", endpoint.getResourceMethod());
            throw new IllegalStateException("an endpoint without a permission");
        }
        if (caller.enrolment().isPresent() && !permission.orEnrolment()) {
            // Denied, because the caller has no grants, and recorded.
            caller.require(permission.value(), tx -> Resource.INSTALLATION, subject(endpoint, uri));
        }
        if (!permission.byMethod()) {
            caller.require(permission.value(), tx -> resource(tx, endpoint, uri), subject(endpoint, uri));
        }
    }

    private static Resource resource(Handle tx, ResourceInfo endpoint, UriInfo uri) {
        String issuer = uri.getPathParameters().getFirst("issuer");
        if (issuer != null) {
            return ResourceName.isValid(issuer) ? Resource.issuer(issuer) : Resource.INSTALLATION;
        }
        String owner = uri.getPathParameters().getFirst("owner");
        if (owner != null) {
            return ResourceName.isValid(owner) ? Resource.owner(owner) : Resource.INSTALLATION;
        }
        String id = uri.getPathParameters().getFirst("id");
        boolean certificate =
                endpoint.getResourceClass().getAnnotation(Path.class).value().startsWith("certificates");
        return certificate && id != null ? certificate(tx, id) : Resource.INSTALLATION;
    }

    /** The method of the endpoint, and the token, the host and its key, the replacement or the name in its path. */
    private static Optional<String> subject(ResourceInfo endpoint, UriInfo uri) {
        return Optional.of(Stream.concat(
                        Stream.of(endpoint.getResourceMethod().getName()),
                        Stream.of("token", "host", "key", "name", "id")
                                .map(uri.getPathParameters()::getFirst)
                                .filter(value -> value != null && WireText.is(value)))
                .collect(Collectors.joining(" ")));
    }

    private static Resource certificate(Handle tx, String id) {
        return new Certificates(tx)
                .find(Parameters.certificateId(id))
                .map(Certificate::resource)
                .orElseThrow(() -> Parameters.unknownCertificate(id));
    }
}
