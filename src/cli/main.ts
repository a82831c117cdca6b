#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { NumericalError, StorageError, UsageError } from "../core/errors.ts";
import { version } from "../node/version.ts";
import { addAttack } from "./attack.ts";
import { addAttest } from "./attest.ts";
import { addAudit } from "./audit.ts";
import { addCheck } from "./check.ts";
import { addClean } from "./clean.ts";
import { addDemo } from "./demo.ts";
import { exitCodes } from "./exit-codes.ts";
import { addInit } from "./init.ts";
import { addList } from "./list.ts";
import { say } from "./output.ts";
import { addReport } from "./report.ts";
import { addScan } from "./scan.ts";
import { addTasks } from "./tasks.ts";
import { addUndo } from "./undo.ts";
import { addVerify } from "./verify.ts";

const help = `
Examples:
  theriac demo
  theriac audit reviews.csv --label stars --text review
  theriac audit loans.csv --label default --limit 'accuracyDrop@1% <= 0.05'
  theriac list attacks

Results go to standard output, everything else to standard error. Use it on your own data and models only.
Exit codes: 0 pass, 1 a limit was broken, 2 the request was wrong, 3 trials failed or are missing.`;

/** The whole command line; errors are thrown. */
function makeProgram(): Command {
  const program = new Command("theriac")
    .description("Measures what poisoned training data could do to a model, whether it would be noticed, and what repairs win back.")
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText("after", help);
  for (const add of [
    addDemo,
    addAudit,
    addScan,
    addClean,
    addTasks,
    addAttack,
    addUndo,
    addCheck,
    addReport,
    addAttest,
    addVerify,
    addList,
    addInit,
  ])
    add(program);
  return program;
}

/** Exit code of whatever went wrong; says what it was. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version were asked for; help that was not asked for stands in for a missing command.
    if (error.exitCode === 0) return 0;
    if (error.code === "commander.help") return exitCodes.usage;
    return usage(error.message.replace(/^error: /, "").replace(/\(Did you mean (.*)\?\)/, '(did you mean "$1"?)'));
  }
  if (error instanceof UsageError) return usage(error.message);
  if (error instanceof NumericalError || error instanceof StorageError) {
    say(`theriac: ${oneLine(error.message)}`);
    return exitCodes.incomplete;
  }
  say(`theriac: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  say(
    `This is a fault of Theriac ${version}: please report the lines above, with the command that led to them, where you got Theriac from.`,
  );
  return exitCodes.bug;
}

function usage(message: string): number {
  say(`theriac: ${oneLine(message)}`);
  return exitCodes.usage;
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]\s*/g, " ");
}

// A reader that has seen enough, such as head, is no fault.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

try {
  await makeProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
