package dev.perennial.rules.replacement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.perennial.events.EventCodec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
    @ParameterizedTest
    @CsvSource({"ab12, ab12", "AB:12, ab12", "0xAB12, ab12", "00:ab:12, ab12", "0, 0", "' 0f ', f"})
    void readsSerialNumbersInAllNotations(String written, String stored) throws Exception {
        assertThat(read("{\"serials\": [\"" + written + "\"]}").serials()).containsExactly(stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"labels\": {}, \"serials\": []}",
                "{\"serials\": [\"xyz\"]}",
                "{\"serials\": [null]}",
                "{\"serials\": [\"\"]}",
                "{\"issuer\": \" \"}",
                "{\"suffix\": \"com\"}",
                "{\"issuedFrom\": \"2026-02-01T00:00:00Z\", \"issuedBefore\": \"2026-01-01T00:00:00Z\"}"
            })
    void refusesInvalidAndEmptySelectors(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void acceptsAtMostAHundredThousandSerialNumbers() {
        List<String> most = IntStream.range(1, Selector.MAX_SERIALS + 2)
                .mapToObj(Integer::toHexString)
                .toList();

        assertThat(serials(most.subList(1, most.size())).serials()).hasSize(Selector.MAX_SERIALS);
        assertThatIllegalArgumentException().isThrownBy(() -> serials(most)).withMessageContaining("at most 100000");
    }

    @Test
    void describesItsCriteria() throws Exception {
        assertThat(read("""
                {"issuer": "digicert", "keyType": "RSA_2048", "owner": "web", "suffix": "*.Example.com", "labels": {"b": "2", "a": "1"},
                 "issuedBefore": "2026-01-01T00:00:00Z", "serials": ["1", "01", "2"]}""").description())
                .isEqualTo("issued at 'digicert', valid from before 2026-01-01T00:00:00Z, key RSA_2048, of web,"
                        + " a name at or below example.com, label a=1, label b=2, one of 2 serial numbers");
    }

    private static Selector serials(List<String> serials) {
        return new Selector(null, null, null, null, null, serials, null, null);
    }

    private static Selector read(String json) throws JsonProcessingException {
        return EventCodec.mapper().readValue(json, Selector.class);
    }
}
