import type { Command } from "commander";
import { withoutUndefined } from "../node/config/audit-config.ts";
import { version } from "../node/runs/version.ts";
import { say } from "./output.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { readFlags } from "./options/read-options.ts";

export function addCheck(program: Command, showsAll: boolean): void {
  const command = program
    .command("check")
    .summary("judge a run again, from its records")
    .description("Computes summary and verdict of a run from its records, under its own limits or others. Nothing is trained.")
    .argument("<run>", "the folder that theriac audit or theriac tasks wrote");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac check theriac-runs/reviews-20260301-101500
  theriac check theriac-runs/reviews-20260301-101500 --limit 'accuracyDrop@5% <= 0.1' --limit 'accuracy >= 0.8'
  theriac check theriac-runs/reviews-20260301-101500 --strict --json > verdict.json
  theriac check theriac-runs/reviews-20260301-101500 --sarif theriac.sarif --markdown summary.md

Writes nothing but what --sarif, --markdown, --code-quality and --junit name, over what is there. A run that was stopped or killed can be looked at too: what is missing makes it incomplete.
Exit codes: 0 pass, 1 a limit was broken, 2 the request was wrong, 3 trials failed or are missing.`;

async function run(path: string, given: Given): Promise<void> {
  const flags = readFlags("check", given);
  const files = { sarif: flags.sarif, markdown: flags.markdown, codeQuality: flags.codeQuality, junit: flags.junit };
  const { checkCiFiles, wantsCi } = await import("../node/ci/ci-files.ts");
  checkCiFiles(files);
  const { recordsEvidence } = await import("../node/runs/run-folder.ts");
  const { openRun } = await import("../node/audit.ts");
  const opened = await openRun(path, withoutUndefined({ limits: flags.limit, strict: flags.strict }));
  const { manifest, records } = opened;
  if (manifest.theriac !== version)
    say(`this run is of Theriac ${manifest.theriac}, and this is ${version}: its records are judged as this version judges`);
  if (manifest.status !== "finished")
    say(`this run is not finished: its status is "${manifest.status}"${manifest.error === undefined ? "" : ` (${manifest.error})`}`);
  if (manifest.shard !== undefined)
    say(`this run is shard ${manifest.shard.index} of ${manifest.shard.of} of its study: theriac merge joins it with the others`);
  if (flags.json !== true) say(recordsEvidence(manifest, records.length));
  if (wantsCi(files)) {
    const { writeRunCi } = await import("../node/ci/run-ci.ts");
    await writeRunCi(opened.kind, opened, files, flags.limit ?? manifest.limits, flags.strict ?? manifest.strict);
  }
  const { showAudit } = await import("./show-audit.ts");
  await showAudit(opened, withoutUndefined({ json: flags.json, tables: flags.tables }));
}
