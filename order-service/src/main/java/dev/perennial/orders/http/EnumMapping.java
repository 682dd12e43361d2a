package dev.perennial.orders.http;

/** Maps enums of the service to the enums of the API, which have the same constants. */
final class EnumMapping {
    private EnumMapping() {}

    static <T extends Enum<T>> T to(Class<T> type, Enum<?> value) {
        return Enum.valueOf(type, value.name());
    }
}
