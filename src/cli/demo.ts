import { join } from "node:path";
import type { Command } from "commander";
import { visible } from "../core/text/visible.ts";
import { exitCodes } from "./exit-codes.ts";
import { print, say } from "./output.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { readFlags } from "./options/read-options.ts";

export function addDemo(program: Command, showsAll: boolean): void {
  const command = program
    .command("demo")
    .summary("write a synthetic review marketplace and audit it")
    .description(
      "Writes a small synthetic review marketplace (24 products as tasks, accounts as sources, a planted campaign of fake reviews whose rows are known) and audits it.",
    );
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac demo
  theriac demo --out /tmp/marketplace --data-only
  theriac audit theriac-demo/reviews.csv --label label --text text --task product --source account --effort standard

Writes reviews.csv, campaign.csv (the fake ones among them, not to be trained on) and the folder run. Nothing is written over.
Exit codes: 0 done, 2 the request was wrong, 3 trials failed or are missing.`;

async function run(given: Given): Promise<void> {
  const { out = "theriac-demo", dataOnly = false, jobs, quiet = false } = readFlags("demo", given);
  const { demoAudit, writeDemo } = await import("../node/demo.ts");
  const files = writeDemo(out);
  if (!quiet)
    say(`${files.reviewsPath}: ${files.reviews} synthetic reviews, ${files.fakeReviews} of them fake (listed in ${files.campaignPath})`);
  if (dataOnly) return;
  const { audit } = await import("../node/audit.ts");
  const { findingsContextOf, worstExampleOf } = await import("../node/kinds/table-report.ts");
  const { findingsOf } = await import("../report/judging/findings.ts");
  const { withExample } = await import("../report/audit/audit-text.ts");
  const { exitCodeOf } = await import("../report/judging/verdict.ts");
  const { withProgress } = await import("./run-audit.ts");
  const result = await withProgress(quiet, jobs, (hooks) => audit(demoAudit(files), hooks));
  if (result.status === "cancelled") {
    say(`stopped; go on with: theriac audit --resume ${result.run}`);
    process.exitCode = exitCodes.interrupted;
    return;
  }
  const all = findingsOf(result.summary, findingsContextOf(result.manifest, result.records));
  const short = all.filter((sentence, i) => i < 3 || sentence.startsWith("Intervals in brackets"));
  const { learner, summary } = result.learners[0];
  const sentences = withExample(short, await worstExampleOf({ path: result.run, ...result }, learner, summary));
  print([...sentences.map((sentence) => `- ${visible(sentence)}`), `report: ${visible(join(result.run, "report.html"))}`].join("\n"));
  process.exitCode = exitCodeOf(result.verdict);
}
