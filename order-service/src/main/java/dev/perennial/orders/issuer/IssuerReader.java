package dev.perennial.orders.issuer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.acme.CaPreset;
import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Reads the settings of an issuer strictly, from the JSON of REST or the YAML of the file, and adds the values of its
 * preset.
 */
public final class IssuerReader {
    private static final ObjectReader STRICT =
            EventCodec.mapper().readerFor(IssuerSettings.class).with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private IssuerReader() {}

    /** @throws Unreadable if a field cannot be read; the message names it */
    public static IssuerSettings read(String name, JsonNode written) {
        if (!(written instanceof ObjectNode)) {
            throw new Unreadable("the settings of an issuer must be an object");
        }
        ObjectNode all = written.deepCopy();
        JsonNode own = all.path("name");
        if (!own.isMissingNode() && !own.asText().equals(name)) {
            throw new Unreadable("field 'name' must be absent, or the same as in the address: " + name);
        }
        all.put("name", name);
        if (!all.has("directory") && all.has("preset")) {
            preset(all.get("preset").asText())
                    .directory()
                    .ifPresent(directory -> all.put("directory", directory.toString()));
        }
        try {
            return STRICT.readValue(all);
        } catch (JsonProcessingException e) {
            throw new Unreadable(EventCodec.describe(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CaPreset preset(String name) {
        return CaPreset.named(name)
                .orElseThrow(() -> new Unreadable("field 'preset' must be one of " + CaPreset.settingsNames()));
    }

    /** The settings cannot be read. The message names the field and never contains its value. */
    public static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }
}
