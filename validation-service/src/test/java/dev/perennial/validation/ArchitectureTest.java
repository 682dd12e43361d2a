package dev.perennial.validation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.perennial.validation");

    @Test
    void readsTheClassFiles() {
        assertThat(OURS.get("dev.perennial.validation.orders.OrderValidation").getMethodCallsFromSelf())
                .isNotEmpty();
    }

    @Test
    void hasNoPackageCycles() {
        slices().matching("dev.perennial.validation.(**)")
                .should()
                .beFreeOfCycles()
                .check(OURS);
    }

    @Test
    void usesAcmeAndVaultOnlyThroughTheirModules() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.shredzone..", "io.github.jopenlibs..")
                .check(OURS);
    }
}
