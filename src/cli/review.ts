import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { countOf } from "../report/words/words.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { print, printJson, printLine, say } from "./output.ts";
import { readFlags } from "./options/read-options.ts";

export function addReview(program: Command, showsAll: boolean): void {
  const command = program
    .command("review")
    .summary("say how far the review of a scan is, and pass rows to a labelling tool and back")
    .description(
      "Tells what was decided on the rows of a scan. Rows can be written as tasks for Label Studio or Argilla, and what was decided there be stored here, as if it had been decided with theriac view.",
    )
    .argument("<scan>", "the folder that theriac scan wrote");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac review scan
  theriac review scan --export tasks.json --format label-studio
  theriac review scan --import tasks-done.json
  theriac clean reviews.csv --scan scan --decisions --out cleaned

The file of tasks holds the text of rows. Nothing is written over, and nothing is sent anywhere. What comes back is held against the scan and the content of
each row; docs/review.md says more.
Exit codes: 0 done, 2 the request was wrong.`;

async function run(folder: string, given: Given): Promise<void> {
  const flags = readFlags("review", given);
  const { data, top } = flags;
  if (flags.export !== undefined && flags.import !== undefined) throw new UsageError("--export and --import: do one after the other");
  if (top !== undefined && flags.export === undefined) throw new UsageError("--top goes with --export");
  const { openReview } = await import("../node/review/review.ts");
  const review = await openReview(folder, { data });
  try {
    const { exportTasks, importTasks, taskFormats } = await import("../node/review/exchange.ts");
    const format = taskFormats.find(({ id }) => id === flags.format);
    if (flags.export !== undefined) {
      const rows = await exportTasks(review, flags.export, format ?? taskFormats[0], top);
      if (flags.json === true) printJson({ file: flags.export, rows });
      else {
        printLine(flags.export);
        say(`${countOf(rows, "row")} for ${(format ?? taskFormats[0]).title}`);
      }
      return;
    }
    if (flags.import !== undefined) {
      const { stored, known, tasks, format: title } = await importTasks(review, flags.import, format);
      if (flags.json === true) printJson({ tasks, stored: stored.length, known });
      else print(`${countOf(stored.length, "decision")} stored, ${known} known before, of ${countOf(tasks, "task")} of ${title}`);
      return;
    }
    const progress = review.progress();
    if (flags.json === true) return printJson({ ...progress, decisions: review.log.inForce() });
    const { flagged, flaggedDecided, counts, unfinishedLines, changedLines } = progress;
    print(
      `${flaggedDecided} of ${countOf(flagged, "flagged row")} decided; of all rows ${counts.poison} poison, ${counts.fine} fine, ${counts.unsure} unsure`,
    );
    if (unfinishedLines > 0)
      say(`${countOf(unfinishedLines, "line")} of ${review.log.path} broke off in a kill: nobody was told that they are stored`);
    if (changedLines > 0) say(`warning: ${countOf(changedLines, "line")} of ${review.log.path} changed since and count for nothing`);
  } finally {
    await review.close();
  }
}
