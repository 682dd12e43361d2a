package dev.perennial.rules;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.perennial.events.Uuids;
import dev.perennial.rules.lifecycle.Lifecycle;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses RULES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.perennial.rules");

    private static final DescribedPredicate<JavaClass> PURE = resideInAnyPackage(
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "java.math",
                    "com.cronutils..",
                    "com.google.common.collect",
                    "com.google.common.net",
                    "dev.perennial.events",
                    "dev.perennial.rules..")
            .or(belongToAnyOf(URI.class, InetAddress.class))
            .and(DescribedPredicate.not(belongToAnyOf(
                    Clock.class,
                    Random.class,
                    Uuids.class,
                    Thread.class,
                    System.class,
                    Runtime.class,
                    ProcessBuilder.class)))
            .as("pure");

    @Test
    void readsTheClassFiles() {
        assertThat(RULES.contain(Lifecycle.class)).isTrue();
        assertThat(RULES.get(Lifecycle.class).getMethodCallsFromSelf()).isNotEmpty();
    }

    @Test
    void dependsOnNothingImpure() {
        classes().should().onlyDependOnClassesThat(PURE).check(RULES);
    }

    /** Addresses are values; the resolution of a name is I/O. */
    @Test
    void resolvesNoNames() {
        noClasses()
                .should()
                .callMethodWhere(target(owner(type(InetAddress.class)))
                        .and(target(nameMatching("get(All)?ByName|getLocalHost"))))
                .check(RULES);
    }

    @Test
    void hasNoPackageCycles() {
        slices().matching("dev.perennial.rules.(*)..").should().beFreeOfCycles().check(RULES);
    }
}
