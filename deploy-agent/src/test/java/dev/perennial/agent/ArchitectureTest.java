package dev.perennial.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.perennial.agent.targets.Target;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String KINDS = "dev.perennial.agent.targets.*..";

    private static final JavaClasses AGENT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.perennial.agent");

    @Test
    void onlyTheFactoryUsesAKindOfTarget() {
        assertThat(AGENT.contain(Target.class)).isTrue();
        noClasses()
                .that()
                .resideOutsideOfPackage(KINDS)
                .and()
                .haveNameNotMatching(".*\\.(HostFile|Server|Entry)Reader(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(KINDS)
                .check(AGENT);
    }

    @Test
    void aKindOfTargetUsesOnlyTheInterfacesFilesAndCommands() {
        classes()
                .that()
                .resideInAPackage(KINDS)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        KINDS,
                        "dev.perennial.agent.targets",
                        "dev.perennial.agent.files",
                        "dev.perennial.agent.command",
                        "dev.perennial.agent.check",
                        "dev.perennial.events",
                        "dev.perennial.vault",
                        "java..",
                        "javax.security..")
                .check(AGENT);
    }

    @Test
    void hasNoPackageCycles() {
        slices().matching("dev.perennial.agent.(**)").should().beFreeOfCycles().check(AGENT);
    }
}
