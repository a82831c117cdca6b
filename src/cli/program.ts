import { Command, CommanderError } from "commander";
import { UsageError } from "../core/errors.ts";
import { version } from "../node/runs/version.ts";
import { addAttack } from "./attack.ts";
import { addAttest } from "./attest.ts";
import { addAudit } from "./audit.ts";
import { addCertify } from "./certify.ts";
import { addCheck } from "./check.ts";
import { addClean } from "./clean.ts";
import { addCompare } from "./compare.ts";
import { addDemo } from "./demo.ts";
import { exitCodes } from "./exit-codes.ts";
import { addInit } from "./init.ts";
import { addList } from "./list.ts";
import { print, say } from "./output.ts";
import { addMerge } from "./merge.ts";
import { addReport } from "./report.ts";
import { addReview } from "./review.ts";
import { addScan } from "./scan.ts";
import { addTasks } from "./tasks.ts";
import { addUndo } from "./undo.ts";
import { addVerify } from "./verify.ts";
import { addView } from "./view.ts";
import { addWork } from "./work.ts";

const help = `
Examples:
  theriac demo
  theriac audit reviews.csv --label stars --text review
  theriac audit loans.csv --label default --limit 'accuracyDrop@1% <= 0.05'
  theriac scan reviews.csv --label stars --text review --source account
  theriac list attacks

theriac COMMAND --help explains the usual options of a command, with examples; theriac COMMAND --help --all explains all.
Results go to standard output, everything else to standard error. Use it on your own data and models only.
Exit codes: 0 pass or not judged, 1 a limit was broken (nothing else gives 1), 2 the request was wrong,
3 trials failed or are missing, or the machine gave out, 4 unproven and 5 refuted (of verify),
70 a fault of Theriac, 129 stopped as its terminal closed, 130 stopped with Ctrl-C, 143 stopped by the system.`;

/** Told below the exit codes of each command. */
const exitCodesOfAny =
  "Of any command: 3 the machine gave out (disk, memory, file handles), 70 a fault of Theriac, 129 stopped as its terminal closed, 143 stopped by the system.";

/** Commands under what they are for. None of their files loads more than its options need: the work itself is imported when it is asked for. */
const groups: readonly (readonly [string, readonly ((program: Command, showsAll: boolean, words: readonly string[]) => void)[]])[] = [
  ["Start here:", [addDemo, addInit, addList, addView]],
  ["What could poison do?", [addAudit, addTasks, addWork, addMerge, addCheck, addReport, addCompare]],
  ["What can no poison do?", [addCertify]],
  ["Is there poison already?", [addScan, addReview, addClean]],
  ["Try it on your own pipeline:", [addAttack, addUndo]],
  ["What was trained from what?", [addAttest, addVerify]],
];

/**
 * The whole command line; errors are thrown.
 *
 * @param showsAll the help tells of every option, not of the usual ones alone
 * @param words somebody's own training command, which stands behind `--`
 */
export function makeProgram(showsAll = false, words: readonly string[] = []): Command {
  const program = new Command("theriac")
    .description("Measures what poisoned training data could do to a model, whether it would be noticed, and what repairs win back.")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => text.trimEnd().split("\n").forEach(say),
      outputError: () => {},
    })
    .addHelpText("after", help);
  for (const [title, commands] of groups) {
    program.commandsGroup(title);
    for (const add of commands) add(program, showsAll, words);
  }
  for (const command of program.commands) command.addHelpText("after", exitCodesOfAny);
  program.hook("preAction", async (_, command) => {
    const { methods } = command.opts<{ readonly methods?: readonly string[] }>();
    if (methods !== undefined) await (await import("../node/methods/own-methods.ts")).useMethods(methods);
  });
  return program;
}

/** Runs what the arguments ask for. Gives an exit code where the command itself set none. @throws whatever went wrong */
export async function runProgram(argv: readonly string[]): Promise<number | undefined> {
  const { own, words } = partWords(argv);
  const showsAll = asksForAll(own);
  try {
    await makeProgram(showsAll, words).parseAsync(showsAll ? own.filter((word) => word !== "--all") : own);
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version were asked for; help that was not asked for stands in for a missing command.
    if (error.exitCode === 0) return 0;
    if (error.code === "commander.help") return exitCodes.usage;
    throw new UsageError(error.message.replace(/^error: /, "").replace(/\(Did you mean (.*)\?\)/, '(did you mean "$1"?)'));
  }
}

/** What stands behind `--` is a training command where an audit or a certificate of one is asked for, gone on with or worked on; elsewhere it is data whose name begins with a dash. */
export function partWords(argv: readonly string[]): { readonly own: readonly string[]; readonly words: readonly string[] } {
  const at = argv.indexOf("--");
  const own = argv.slice(0, Math.max(0, at));
  const asks = own.some(
    (word, i) => /^(--learner=)?([^-].*,)?command\b/.test(word) && (word.startsWith("--learner=") || own[i - 1] === "--learner"),
  );
  const isCommand =
    at >= 0 &&
    (argv[2] === "work" ||
      (argv[2] === "certify" && asks) ||
      (argv[2] === "audit" && (asks || own.some((word) => /^--(config|resume)\b/.test(word)) || argv.length > at + 2)));
  return isCommand ? { own, words: argv.slice(at + 1) } : { own: argv, words: [] };
}

/** `--help --all`, or `help COMMAND --all`. */
function asksForAll(argv: readonly string[]): boolean {
  return argv.includes("--all") && (argv.includes("--help") || argv.includes("-h") || argv[2] === "help");
}
