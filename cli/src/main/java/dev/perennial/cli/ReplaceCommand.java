package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Scanner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "replace",
        description = "Replaces many certificates according to a plan, or drills it.",
        subcommands = ReplacePlanCommand.class,
        synopsisSubcommandLabel = "COMMAND")
final class ReplaceCommand {
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int PAGE = 1_000;

    @Spec
    private CommandSpec spec;

    @Command(name = "list", description = "The newest first, a hundred at most.")
    int list(@Mixin ApiOptions door) {
        PrintWriter out = out();
        door.open().get("replacements").forEach(one -> ReplacementText.row(one, out));
        out.flush();
        return Main.WELL;
    }

    @Command(
            name = "show",
            description = "The plan and how far it is. Exit code 1 where it paused by itself, or some failed.")
    int show(
            @Mixin ApiOptions door,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--watch", description = "until it is over, or paused") boolean watch)
            throws InterruptedException {
        ApiClient api = door.open();
        JsonNode replacement = api.get(path(id));
        ReplacementText.detail(replacement, out());
        String told = ReplacementText.progress(replacement);
        while (watch && !ReplacementText.rests(replacement)) {
            Thread.sleep(LOOK);
            replacement = api.get(path(id));
            String progress = ReplacementText.progress(replacement);
            if (!progress.equals(told)) {
                out().println("  " + progress);
                out().flush();
                told = progress;
            }
        }
        if (watch) {
            ReplacementText.end(replacement, out());
        }
        out().flush();
        return ReplacementText.isWell(replacement) ? Main.WELL : Main.FAILED;
    }

    @Command(name = "approve", description = "Lets it run, after a look at its plan.")
    int approve(
            @Mixin ApiOptions door,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--yes", description = "without asking") boolean yes) {
        ApiClient api = door.open();
        ReplacementText.detail(api.get(path(id)), out());
        if (!yes && !confirmed()) {
            out().println("nothing was done");
            out().flush();
            return Main.FAILED;
        }
        return tell(api, id, "approve");
    }

    @Command(name = "pause", description = "Releases no more; what is under way goes on.")
    int pause(@Mixin ApiOptions door, @Parameters(paramLabel = "ID") String id) {
        return tell(door.open(), id, "pause");
    }

    @Command(name = "resume", description = "Goes on; what went wrong before is not counted again.")
    int resume(@Mixin ApiOptions door, @Parameters(paramLabel = "ID") String id) {
        return tell(door.open(), id, "resume");
    }

    @Command(name = "cancel", description = "Never releases another one; what is under way goes on.")
    int cancel(@Mixin ApiOptions door, @Parameters(paramLabel = "ID") String id) {
        return tell(door.open(), id, "cancel");
    }

    @Command(name = "throttle", description = "Changes how many orders are under way at once, also while it runs.")
    int throttle(
            @Mixin ApiOptions door,
            @Parameters(index = "0", paramLabel = "ID") String id,
            @Parameters(index = "1", paramLabel = "ORDERS") int atOnce) {
        ReplacementText.state(door.open().patch(path(id), ApiClient.object().put("atOnce", atOnce)), out());
        return Main.WELL;
    }

    @Command(name = "report", description = "What became of each certificate, in the order of the plan.")
    int report(
            @Mixin ApiOptions door,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--csv", description = "for a spreadsheet") boolean csv) {
        ApiClient api = door.open();
        PrintWriter out = out();
        int after = -1;
        int lines = PAGE;
        while (lines == PAGE) {
            String page = "?limit=" + PAGE + "&after=" + after;
            if (csv) {
                String text = api.text(path(id) + "/report.csv" + page);
                out.print(text);
                lines = (int) text.lines().count() - (after < 0 ? 1 : 0);
            } else {
                JsonNode report = api.get(path(id) + "/report" + page);
                report.forEach(line -> ReplacementText.line(line, out));
                lines = report.size();
            }
            after += lines;
        }
        out.flush();
        return Main.WELL;
    }

    private int tell(ApiClient api, String id, String what) {
        ReplacementText.state(api.post(path(id) + "/" + what, ApiClient.object()), out());
        return Main.WELL;
    }

    private boolean confirmed() {
        out().print("Approve? [y/N] ");
        out().flush();
        Scanner answer = new Scanner(System.in, java.nio.charset.Charset.defaultCharset());
        if (!answer.hasNextLine()) {
            throw new ParameterException(spec.commandLine(), "nobody answers; say --yes where nobody can");
        }
        return answer.nextLine().strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    private static String path(String id) {
        return "replacements/" + ApiClient.encoded(id);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
