import type { Command } from "commander";
import { addOptions } from "./add-options.ts";
import { printLine } from "./output.ts";

export function addReport(program: Command, showsAll: boolean): void {
  const command = program
    .command("report")
    .summary("write the report of a run again, from its records")
    .description("Writes report.html and junit.xml of a run from what it recorded, over the ones that are there. Nothing is trained.")
    .argument("<run>", "the folder that theriac audit or theriac tasks wrote");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac report theriac-runs/reviews-20260301-101500

Prints the path of the report: one file that opens from disk and needs no network. It holds no row of the data and no account name. A run that was stopped
or killed can be reported too: what is missing is said.
Exit codes: 0 written, 2 the request was wrong.`;

async function run(path: string): Promise<void> {
  const { writeReport } = await import("../node/audit.ts");
  printLine(await writeReport(path));
}
