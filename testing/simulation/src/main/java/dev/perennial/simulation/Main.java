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
                "Many certificates over a long time, decided by the rules that run in production; ends with 1 where one expires.")
final class Main implements Callable<Integer> {
    private static final SimulationScenario DEFAULT = SimulationScenario.DEFAULT;

    @Spec
    private CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "this text")
    private boolean help;

    @Option(names = "--certificates", description = "how many; 1000000")
    private int certificates = DEFAULT.certificates();

    @Option(names = "--days", description = "how long; 400")
    private int days = DEFAULT.days();

    @Option(names = "--seed", description = "another number is another chance; 1")
    private long seed = DEFAULT.seed();

    @Option(names = "--mix", split = ",", paramLabel = "DAYS=PERCENT", description = "lifetimes: 90=30,47=40,6=30")
    private Map<Integer, Integer> mix = Map.of(90, 30, 47, 40, 6, 30);

    @Option(names = "--outage-hours", description = "how long each CA is away; 8")
    private int outageHours = (int) DEFAULT.outage().toHours();

    @Option(names = "--revoked-percent", description = "of the first CA's certificates; 30")
    private int revokedPercent = DEFAULT.revokedPercent();

    @Option(names = "--notice-hours", description = "from the CA's word to the revocation; 24, or 120")
    private int noticeHours = (int) DEFAULT.notice().toHours();

    @Option(names = "--failures", paramLabel = "N", description = "of a thousand proofs; 10")
    private int failures = DEFAULT.proofFailures();

    @Option(
            names = "--in-flight",
            description = "orders under way at once; 512, as one replica of the validation-service has")
    private int inFlight = DEFAULT.inFlight();

    @Option(names = "--output", paramLabel = "FOLDER", description = "for simulation.svg and simulation.csv; here")
    private Path output = Path.of("");

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Simulation.Result result =
                new Simulation(scenario(), RenewalRules::of, Accounts.enough(certificates, mix())).run();
        spec.commandLine().getOut().print(SimulationReport.of(result));
        Files.createDirectories(output.toAbsolutePath());
        Files.writeString(output.resolve("simulation.csv"), CsvReport.of(result));
        Files.writeString(output.resolve("simulation.svg"), SvgChart.of(result));
        spec.commandLine()
                .getOut()
                .printf("hour by hour: %s, %s%n", output.resolve("simulation.svg"), output.resolve("simulation.csv"));
        spec.commandLine().getOut().flush();
        return result.isWell() ? 0 : 1;
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
                                spec.commandLine(), "lifetimes are 90, 47 and 6 days, not " + days);
                },
                percent));
        return shares;
    }
}
