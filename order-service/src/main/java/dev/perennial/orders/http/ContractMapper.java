package dev.perennial.orders.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.events.EventCodec;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** REST uses the JSON mapper of the events. */
class ContractMapper {
    @Produces
    @Singleton
    ObjectMapper mapper() {
        return EventCodec.mapper().copy();
    }
}
