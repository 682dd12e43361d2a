package dev.perennial.orders.http;

import dev.perennial.rules.access.Action;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The action of an endpoint. An endpoint without it is denied ({@link PermissionFilter}). */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Permission {
    Action value();

    /** Whether the method authorizes the action itself, because the resource is in the body, or in many rows. */
    boolean byMethod() default false;

    /** Whether an enrolment code of the host in the path is enough; the method checks it. */
    boolean orEnrolment() default false;
}
