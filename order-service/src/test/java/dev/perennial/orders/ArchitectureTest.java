package dev.perennial.orders;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.perennial.events.Uuids;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.perennial.orders");

    private static final Path SOURCES = Path.of("src/main/java/dev/perennial/orders");
    private static final List<String> SHARED_TABLES =
            List.of("certificate", "certificate_order", "issued_certificate", "timeline");

    /** The rules of the doctor that need values of dns-access or acme-access, which libs/rules does not have. */
    private static final String DOCTOR_RULES =
            ".*\\.doctor\\.(CaaCandidate|CaaChecks|CaaComparison|CaaPermission|CaaProposal|CaaSet|DiagnosisSubject|DnsChecks|Hop"
                    + "|IsolationChecks|IssuerChecks|LimitChecks|Observation|PolicyCheck|ProbeResult|ReachabilityChecks"
                    + "|ResponderIsolation)(\\$.*)?";

    private static final DescribedPredicate<JavaClass> VALUE =
            DescribedPredicate.describe("a value", type -> type.isRecord() || type.isEnum() || type.isInterface());

    private static final DescribedPredicate<JavaClass> PURE = resideInAnyPackage(
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "com.fasterxml.jackson.annotation",
                    "dev.perennial.events",
                    "dev.perennial.rules..")
            .or(resideInAnyPackage("dev.perennial.acme", "dev.perennial.dns", "dev.perennial.orders.issuer.limits")
                    .and(VALUE))
            .or(HasName.Predicates.nameMatching(DOCTOR_RULES))
            .or(belongToAnyOf(IOException.class, InetAddress.class, URI.class))
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
        assertThat(OURS.contain("dev.perennial.orders.doctor.CaaChecks")).isTrue();
        assertThat(OURS.get("dev.perennial.orders.doctor.CaaChecks").getMethodCallsFromSelf())
                .isNotEmpty();
    }

    @Test
    void keepsTheRulesOfTheDoctorPure() {
        classes()
                .that()
                .haveNameMatching(DOCTOR_RULES)
                .should()
                .onlyDependOnClassesThat(PURE)
                .check(OURS);
    }

    @Test
    void hasNoPackageCycles() {
        slices().matching("dev.perennial.orders.(**)").should().beFreeOfCycles().check(OURS);
    }

    /** SQL is in string constants; the compiler inlines constants into other classes, so this reads the sources. */
    @Test
    void writesEachTableFromOnePackage() throws IOException {
        Map<String, Set<String>> writers = new TreeMap<>();
        Pattern write = Pattern.compile("\\b(?:INSERT INTO|UPDATE|DELETE FROM)\\s+([a-z_]+)\\b");
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            for (Path source :
                    sources.filter(it -> it.toString().endsWith(".java")).toList()) {
                Matcher matcher = write.matcher(Files.readString(source));
                while (matcher.find()) {
                    writers.computeIfAbsent(matcher.group(1), table -> new TreeSet<>())
                            .add(SOURCES.relativize(source.getParent())
                                    .toString()
                                    .replace('/', '.'));
                }
            }
        }
        assertThat(writers).hasSizeGreaterThan(10).allSatisfy((table, packages) -> assertThat(packages)
                .as("packages that write the table %s", table)
                .hasSize(1));
        assertThat(SHARED_TABLES)
                .allSatisfy(table -> assertThat(writers).as(table).containsEntry(table, Set.of("store")));
    }

    @Test
    void letsOnlyTheMessagingPackagePublish() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.perennial.orders.messaging")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(".*(Emitter|\\.EventPublisher|KafkaProducer|\\.Outgoing)")
                .check(OURS);
    }

    @Test
    void usesAcmeVaultAndDnsOnlyThroughTheirModules() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.shredzone..", "io.github.jopenlibs..", "org.xbill..")
                .check(OURS);
    }
}
