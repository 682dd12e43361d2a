package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "errors.md");

    @Test
    void everyCodeHasOneSection() throws IOException {
        assertThat(Pattern.compile("^## (\\S+)$", Pattern.MULTILINE)
                        .matcher(Files.readString(PAGE))
                        .results()
                        .map(heading -> heading.group(1)))
                .containsExactlyElementsOf(Arrays.stream(ErrorCode.values())
                        .map(ErrorCode::wireName)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void eachSectionHasMeaningCausesFixAndRetry(ErrorCode code) throws IOException {
        String section = section(code);

        assertThat(section).contains("**Meaning.**", "**Likely causes.**", "**Fix.**", "**Retried?**");
        assertThat(section)
                .contains(
                        switch (code.reaction()) {
                            case REFUSE -> "**Retried?** No";
                            case RETRY -> "**Retried?** Yes";
                        });
    }

    @Test
    void readsAnUnknownCodeAsInternal() throws JsonProcessingException {
        assertThat(EventCodec.mapper().readValue("\"moon-phase-unsuitable\"", ErrorCode.class))
                .isEqualTo(ErrorCode.INTERNAL);
    }

    @ParameterizedTest
    @EnumSource
    void isSerializedByItsWireName(ErrorCode code) throws JsonProcessingException {
        String json = EventCodec.mapper().writeValueAsString(code);

        assertThat(json).isEqualTo("\"" + code.wireName() + "\"").matches("\"[a-z0-9]+(-[a-z0-9]+)*\"");
        assertThat(EventCodec.mapper().readValue(json, ErrorCode.class)).isEqualTo(code);
        assertThat(code.typeUri()).isEqualTo("urn:perennial:error:" + code.wireName());
    }

    private static String section(ErrorCode code) throws IOException {
        return Pattern.compile("^## " + code.wireName() + "$(.*?)(?=^## |\\z)", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(Files.readString(PAGE))
                .results()
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow();
    }
}
