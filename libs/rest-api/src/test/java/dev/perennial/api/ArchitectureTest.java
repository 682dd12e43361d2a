package dev.perennial.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses API = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.perennial.api");

    @Test
    void dependsOnEventsAndJacksonAnnotationsOnly() {
        assertThat(API.contain(CertificateDetail.class)).isTrue();
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java.lang..",
                        "java.net",
                        "java.time..",
                        "java.util",
                        "com.fasterxml.jackson.annotation",
                        "dev.perennial.events",
                        "dev.perennial.api")
                .check(API);
    }

    @Test
    void consistsOfRecordsAndEnums() {
        classes().that().arePublic().should().beRecords().orShould().beEnums().check(API);
    }
}
