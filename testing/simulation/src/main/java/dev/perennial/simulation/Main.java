package dev.perennial.simulation;

import dev.perennial.rules.renewal.RenewalRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "perennial simulate",
        description =
                "Simulates many certificates over a long time with the rules that run in production. Exit code 1 if one expires.")
final class Main implements Callable<Integer> {
    private static final SimulationScenario DEFAULT = SimulationScenario.DEFAULT;

    @Spec
    private CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Print this text.")
    private boolean help;

    @Option(names = "--certificates", description = "Number of certificates. Default: 1000000")
    private int certificates = DEFAULT.certificates();

    @Option(names = "--days", description = "Simulated time. Default: 400")
    private int days = DEFAULT.days();

    @Option(names = "--seed", description = "Seed of all random values. Default: 1")
    private long seed = DEFAULT.seed();

    @Option(
            names = "--mix",
            split = ",",
            paramLabel = "DAYS=PERCENT",
            description = "Lifetimes. Default: 90=30,47=40,6=30")
    private Map<Integer, Integer> mix = Map.of(90, 30, 47, 40, 6, 30);

    @Option(names = "--outage-hours", description = "Duration of the outage of each CA. Default: 8")
    private int outageHours = (int) DEFAULT.outage().toHours();

    @Option(
            names = "--revoked-percent",
            description = "Share of the first CA's certificates that it revokes. Default: 30")
    private int revokedPercent = DEFAULT.revokedPercent();

    @Option(
            names = "--notice-hours",
            description = "Time from the announcement of the revocation to the revocation. Default: 24")
    private int noticeHours = (int) DEFAULT.notice().toHours();

    @Option(names = "--failures", paramLabel = "N", description = "Failures per thousand validations. Default: 10")
    private int failures = DEFAULT.validationFailures();

    @Option(
            names = "--in-flight",
            description =
                    "Maximum of orders in flight. Default: 512, the limit of one replica of the validation-service")
    private int inFlight = DEFAULT.inFlight();

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            description = "Folder for simulation.svg and simulation.csv. Default: the working directory")
    private Path output = Path.of("");

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Simulation.Result result =
                new Simulation(scenario(), RenewalRules::of, Accounts.required(certificates, mix())).run();
        spec.commandLine().getOut().print(SimulationReport.of(result));
        Files.createDirectories(output.toAbsolutePath());
        Files.writeString(output.resolve("simulation.csv"), CsvReport.of(result));
        Files.writeString(output.resolve("simulation.svg"), SvgChart.of(result));
        spec.commandLine()
                .getOut()
                .printf("hourly values: %s, %s%n", output.resolve("simulation.svg"), output.resolve("simulation.csv"));
        spec.commandLine().getOut().flush();
        return result.passed() ? 0 : 1;
    }

    private SimulationScenario scenario() {
        try {
            return new SimulationScenario(
                    certificates,
                    days,
                    seed,
                    mix(),
                    Duration.ofHours(outageHours),
                    revokedPercent,
                    Duration.ofHours(noticeHours),
                    failures,
                    inFlight);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Map<Lifetime, Integer> mix() {
        Map<Lifetime, Integer> shares = new EnumMap<>(Lifetime.class);
        mix.forEach((days, percent) -> shares.put(
                switch (days) {
                    case 90 -> Lifetime.DAYS_90;
                    case 47 -> Lifetime.DAYS_47;
                    case 6 -> Lifetime.DAYS_6;
                    default ->
                        throw new ParameterException(
                                spec.commandLine(), "unknown lifetime of " + days + " days; specify 90, 47 or 6 days");
                },
                percent));
        return shares;
    }
}
