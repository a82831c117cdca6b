import { basename } from "node:path";
import type { Command } from "commander";
import { CancelledError, UsageError } from "../core/errors.ts";
import { withoutUndefined } from "../node/config/audit-config.ts";
import { tasksDefaults } from "../node/config/study-defaults.ts";
import type { TasksConfig } from "../node/tasks.ts";
import { version } from "../node/runs/version.ts";
import { checkNewFiles, writeFiles } from "../node/write/write-files.ts";
import { type DataFlags, addDataOptions, dataConfigOf } from "./data-options.ts";
import { exitCodes } from "./exit-codes.ts";
import { catchInterruption } from "./interruption.ts";
import { noteTeller, print, printJson, say } from "./output.ts";
import { budgets, openFraction, wholeNumber } from "./parse-options.ts";
import { makeProgress } from "./progress.ts";

export function addTasks(program: Command): void {
  const command = program
    .command("tasks")
    .summary("who helps whom, who can hurt whom, and what sharing costs")
    .description(
      "For data in several tasks (products, users, sites, sensors): trains each task alone, all as one, and all with a relation between them that is learned too (mtrl). Tells what sharing gains, which tasks are tied to which, who can hurt whom through those ties, and what that costs.",
    )
    .argument(
      "<data>",
      "a file, a glob or a folder: CSV, TSV, JSON lines, Parquet, svmlight, IDX images, or a folder of PNG and JPEG by class",
    );
  addDataOptions(command)
    .optionsGroup("Study:")
    .option(
      "--budget <fraction>",
      `poison in real attacks, as a share of each attack task's rows (default: ${tasksDefaults.budget})`,
      budgets("--budget"),
    )
    .option(
      "--pairs <number>",
      `pairs of tasks that are re-measured by real attacks (default: ${tasksDefaults.pairs})`,
      wholeNumber("--pairs", 0),
    )
    .option("--relation-decay <number>", "λ₂, the strength of sharing (default: by cross-validation in each split)", positive)
    .option("--no-price", "leave out the price of sharing, which takes most of the time")
    .option("--seeds <number>", `how often all is repeated (default: ${tasksDefaults.seeds})`, wholeNumber("--seeds", 1))
    .option("--seed <number>", `the first seed (default: ${tasksDefaults.seed})`, wholeNumber("--seed", 0))
    .option("--test-fraction <fraction>", "share of the rows held out for testing (default: 0.3)", openFraction("--test-fraction"))
    .optionsGroup("Result:")
    .option("--out <file>", "write a page with heat maps there: one file of HTML that loads nothing")
    .option("--json", "one JSON document on standard output instead of tables")
    .option("--quiet", "neither notes nor progress; warnings stay")
    .addHelpText("after", help)
    .action(run);
}

const help = `
Examples:
  theriac tasks reviews.csv --label label --text text --task product
  theriac tasks robot.csv --label torque1 --label torque2 --label torque3 --out tasks.html
  theriac tasks sensors.csv --label fault --task site --budget 5% --pairs 5 --seeds 10
  theriac tasks sensors.csv --label fault --task site --pairs 0 --no-price --json

How to read it: the relation says who learns from whom. Entry i, j of the vulnerability matrix says how fast the loss of task j rises as poison is added
to task i, to first order; the strongest pairs are then attacked for real, and test rows show the damage. A damage whose interval holds 0 (of a drop) or
1 (of a ratio) cannot be told from none.
Exit codes: 0 done, 2 the request was wrong, 3 the numbers gave out, 130 stopped with Ctrl-C.`;

interface TasksFlags extends DataFlags {
  readonly budget?: number[];
  readonly pairs?: number;
  readonly relationDecay?: number;
  readonly price: boolean;
  readonly seeds?: number;
  readonly seed?: number;
  readonly testFraction?: number;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

async function run(data: string, flags: TasksFlags): Promise<void> {
  const { budget = [], out, quiet = false } = flags;
  if (budget.length > 1) throw new UsageError(`--budget: tasks are compared at one budget, got ${budget.join(", ")}`);
  if (out !== undefined) checkNewFiles([out]);
  const { measureTaskRelations } = await import("../node/tasks.ts");
  const { renderTasksPage } = await import("../report/tasks/page.ts");
  const { renderTasks } = await import("../report/tasks/text.ts");
  const { pairs, relationDecay, price, seeds, seed, testFraction } = flags;
  const config = withoutUndefined<TasksConfig>({
    data: dataConfigOf(data, flags),
    budget: budget[0],
    pairs,
    relationDecay,
    price,
    seeds,
    seed,
    testFraction,
  });
  const progress = makeProgress({ quiet });
  const interruption = catchInterruption();
  try {
    const result = await measureTaskRelations(config, {
      signal: interruption.signal,
      onNote: noteTeller(quiet),
      onProgress: (done, total, running) => progress.update(done, total, running),
    });
    progress.end();
    if (out !== undefined) writeFiles([{ path: out, content: renderTasksPage(result, { title: basename(data), theriac: version }) }]);
    if (flags.json === true) printJson({ ...result });
    else print(renderTasks(result));
    if (out !== undefined && !quiet) say(`page: ${out}`);
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    progress.end();
    say("stopped: nothing was written");
    process.exitCode = exitCodes.interrupted;
  } finally {
    progress.end();
    interruption.release();
  }
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`--relation-decay must be a number above 0, got "${text}"`);
}
