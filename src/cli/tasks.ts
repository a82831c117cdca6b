import { basename } from "node:path";
import type { Command } from "commander";
import { CancelledError } from "../core/errors.ts";
import type { TasksConfig } from "../node/tasks.ts";
import { version } from "../node/runs/version.ts";
import { checkNewFiles, writeFiles } from "../node/write/write-files.ts";
import { type Given, addOptions } from "./add-options.ts";
import { dataArgument } from "./data-argument.ts";
import { exitCodes } from "./exit-codes.ts";
import { catchInterruption } from "./interruption.ts";
import { noteTeller, print, printJson, say } from "./output.ts";
import { makeProgress } from "./progress.ts";
import { readConfig, readFlags } from "./read-options.ts";

export function addTasks(program: Command, showsAll: boolean): void {
  const command = program
    .command("tasks")
    .summary("who helps whom, who can hurt whom, and what sharing costs")
    .description(
      "For data in several tasks (products, users, sites, sensors): trains each task alone, all as one, and all with a relation between them that is learned too (mtrl). Tells what sharing gains, which tasks are tied to which, who can hurt whom through those ties, and what that costs.",
    )
    .argument("<data>", dataArgument);
  addOptions(command, showsAll).addHelpText("after", help).action(run);
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

async function run(data: string, given: Given): Promise<void> {
  const { out, quiet = false, json } = readFlags("tasks", given);
  const config: TasksConfig = { data: { path: data }, ...readConfig("tasks", "table", data, given) };
  if (out !== undefined) checkNewFiles([out]);
  const { measureTaskRelations } = await import("../node/tasks.ts");
  const { renderTasksPage } = await import("../report/tasks/page.ts");
  const { renderTasks } = await import("../report/tasks/text.ts");
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
    if (json === true) printJson({ ...result });
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
