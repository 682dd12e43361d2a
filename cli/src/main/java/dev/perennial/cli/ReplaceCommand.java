package dev.perennial.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perennial.api.ReplacementDetail;
import dev.perennial.api.ReplacementReportLine;
import dev.perennial.api.ThrottleRequest;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "replace",
        description = "Replaces many certificates according to a plan, or runs a drill.",
        subcommands = ReplacePlanCommand.class,
        synopsisSubcommandLabel = "COMMAND")
final class ReplaceCommand {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int PAGE = 1_000;
    private static final String ID = "id of the replacement";

    @Spec
    private CommandSpec spec;

    @Command(name = "list", description = "Lists replacements, the newest first, at most a hundred.")
    int list(@Mixin ApiOptions options, @Mixin OutputOptions output) {
        PrintWriter out = out();
        ApiClient.Document<List<ReplacementDetail>> all =
                options.connect().get("replacements", new TypeReference<List<ReplacementDetail>>() {});
        if (output.json()) {
            OutputOptions.print(all.json(), out);
        } else {
            all.value().forEach(one -> ReplacementText.row(one, out));
        }
        out.flush();
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description = "Shows a plan and its progress. The exit code is 1 if the run was paused automatically or a"
                    + " certificate failed.")
    int show(
            @Mixin ApiOptions options,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--watch", description = "follow the run until it ends or pauses") boolean watch)
            throws InterruptedException {
        if (watch && output.json()) {
            throw new ParameterException(spec.commandLine(), "--watch and --output json cannot be combined");
        }
        ApiClient api = options.connect();
        ApiClient.Document<ReplacementDetail> found = api.get(path(id), ReplacementDetail.class);
        if (output.json()) {
            OutputOptions.print(found.json(), out());
            return exitCode(found.value());
        }
        ReplacementDetail replacement = found.value();
        ReplacementText.detail(replacement, out());
        String printed = ReplacementText.progress(replacement);
        while (watch && ReplacementText.isRunning(replacement)) {
            Thread.sleep(INTERVAL);
            replacement = api.get(path(id), ReplacementDetail.class).value();
            String progress = ReplacementText.progress(replacement);
            if (!progress.equals(printed)) {
                out().println("  " + progress);
                out().flush();
                printed = progress;
            }
        }
        if (watch) {
            ReplacementText.result(replacement, out());
        }
        out().flush();
        return exitCode(replacement);
    }

    private static int exitCode(ReplacementDetail replacement) {
        return ReplacementText.isHealthy(replacement) ? ExitCode.OK : ExitCode.FAILED;
    }

    @Command(name = "approve", description = "Starts a planned run, after a preview and a confirmation.")
    int approve(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Mixin Confirmation confirmation) {
        ApiClient api = options.connect();
        ReplacementText.detail(api.get(path(id), ReplacementDetail.class).value(), out());
        return confirmation.given("Approve?", spec) ? transition(api, id, "approve") : ExitCode.FAILED;
    }

    @Command(name = "pause", description = "Stops releasing orders. Orders in progress continue.")
    int pause(@Mixin ApiOptions options, @Parameters(paramLabel = "ID", description = ID) String id) {
        return transition(options.connect(), id, "pause");
    }

    @Command(name = "resume", description = "Resumes a paused run. Earlier failures no longer count.")
    int resume(@Mixin ApiOptions options, @Parameters(paramLabel = "ID", description = ID) String id) {
        return transition(options.connect(), id, "resume");
    }

    @Command(name = "cancel", description = "Ends a run. Orders in progress continue.")
    int cancel(@Mixin ApiOptions options, @Parameters(paramLabel = "ID", description = ID) String id) {
        return transition(options.connect(), id, "cancel");
    }

    @Command(
            name = "throttle",
            description = "Changes the number of orders in progress at the same time, also during the run.")
    int throttle(
            @Mixin ApiOptions options,
            @Parameters(index = "0", paramLabel = "ID", description = ID) String id,
            @Parameters(index = "1", paramLabel = "ORDERS", description = "1 to 1000") int atOnce) {
        ReplacementText.state(
                options.connect()
                        .patch(path(id), new ThrottleRequest(atOnce), ReplacementDetail.class)
                        .value(),
                out());
        return ExitCode.OK;
    }

    @Command(name = "report", description = "Prints the result for each certificate, in the order of the plan.")
    int report(
            @Mixin ApiOptions options,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--csv", description = "print CSV (RFC 4180)") boolean csv) {
        if (csv && output.json()) {
            throw new ParameterException(spec.commandLine(), "--csv and --output json cannot be combined");
        }
        ApiClient api = options.connect();
        PrintWriter out = out();
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        int after = -1;
        int lines = PAGE;
        while (lines == PAGE) {
            String page = "?limit=" + PAGE + "&after=" + after;
            if (csv) {
                String text = api.text(path(id) + "/report.csv" + page);
                out.print(text);
                lines = (int) text.lines().count() - (after < 0 ? 1 : 0);
            } else {
                ApiClient.Document<List<ReplacementReportLine>> report =
                        api.get(path(id) + "/report" + page, new TypeReference<List<ReplacementReportLine>>() {});
                if (output.json()) {
                    report.json().forEach(all::add);
                } else {
                    report.value().forEach(line -> ReplacementText.line(line, out));
                }
                lines = report.value().size();
            }
            after += lines;
        }
        if (output.json()) {
            OutputOptions.print(all, out);
        }
        out.flush();
        return ExitCode.OK;
    }

    private int transition(ApiClient api, String id, String action) {
        ReplacementText.state(
                api.post(path(id) + "/" + action, ReplacementDetail.class).value(), out());
        return ExitCode.OK;
    }

    private static String path(String id) {
        return "replacements/" + ApiClient.encoded(id);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
