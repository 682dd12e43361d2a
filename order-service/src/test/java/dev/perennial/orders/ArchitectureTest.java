package dev.perennial.orders;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.perennial.events.Uuids;
import dev.perennial.orders.revocation.RevocationRules;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.perennial.orders");

    /** What pure code may know: the contract, itself, and what the JDK can do without a world around it. */
    private static final DescribedPredicate<JavaClass> PURE = resideInAnyPackage(
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "java.net",
                    "dev.perennial.events",
                    "dev.perennial.rules..",
                    "dev.perennial.orders.requests",
                    "dev.perennial.orders.revocation",
                    "dev.perennial.orders.store")
            .and(DescribedPredicate.not(JavaClass.Predicates.belongToAnyOf(
                    Clock.class,
                    Random.class,
                    Uuids.class,
                    Thread.class,
                    System.class,
                    Runtime.class,
                    ProcessBuilder.class)))
            .as("pure");

    @Test
    void readsOurClassFiles() {
        assertThat(OURS.contain(RevocationRules.class)).isTrue();
        assertThat(OURS.get(RevocationRules.class).getMethodCallsFromSelf()).isNotEmpty();
    }

    @Test
    void keepsTheRevocationRulesPure() {
        classes()
                .that()
                .haveNameMatching(".*\\.revocation\\.(RevocationRules|RevocationPlan|RevocationStep|Successor)(\\$.*)?")
                .should()
                .onlyDependOnClassesThat(PURE)
                .check(OURS);
    }

    @Test
    void keepsTheCheckForAnExistingOrderPure() {
        classes()
                .that()
                .haveNameMatching(".*\\.requests\\.ExistingOrderCheck(\\$.*)?")
                .should()
                .onlyDependOnClassesThat(PURE)
                .check(OURS);
    }

    @Test
    void letsTheOutboxOnlyHoldAnEmitter() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.perennial.orders.messaging")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(".*(Emitter|\\.EventPublisher|KafkaProducer|\\.Outgoing)")
                .check(OURS);
    }

    @Test
    void leavesAcmeVaultAndDnsToTheirModules() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.shredzone..", "io.github.jopenlibs..", "org.xbill..")
                .check(OURS);
    }
}
