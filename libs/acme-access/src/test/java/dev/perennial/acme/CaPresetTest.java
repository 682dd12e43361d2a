package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CaPresetTest {
    @ParameterizedTest
    @EnumSource(CaPreset.class)
    void hasAUsableDirectoryUnlessSelfHosted(CaPreset preset) {
        preset.directory().ifPresent(directory -> assertThat(Origin.of(preset.name(), directory))
                .isNotNull());
        assertThat(preset.directory().isPresent())
                .isEqualTo(preset != CaPreset.OPENBAO_PKI && preset != CaPreset.STEP_CA);
    }
}
