package dev.perennial.validation.dns01;

/** The rights of a credential, as far as they can be seen without a change. */
sealed interface VisibleRights {
    /** @param why the reason why nothing can be seen */
    record Unknown(String why) implements VisibleRights {}

    record AsExpected() implements VisibleRights {}

    /** @param evidence a right beyond those that are expected */
    record Broader(String evidence) implements VisibleRights {}
}
