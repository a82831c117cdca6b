import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { type Access, type Goal, type Knowledge, accesses, goals, knowledges } from "../core/threat.ts";
import type { EncoderParams } from "../data/encoder.ts";
import { type AuditConfig, mergeConfigs, withoutUndefined } from "../node/audit-config.ts";
import { audit } from "../node/audit.ts";
import { readConfigFile } from "../node/config-file.ts";
import { defaults } from "../node/resolve-study.ts";
import { budgetText } from "../report/format.ts";
import { renderAudit } from "../report/tables.ts";
import { exitCodeOf } from "../report/verdict.ts";
import { auditJson } from "./audit-json.ts";
import { type DataFlags, addDataOptions, dataConfigOf } from "./data-options.ts";
import { exitCodes } from "./exit-codes.ts";
import { noteTeller, print, say } from "./output.ts";
import { budgets, listed, oneOf, oneOfList, openFraction, several, wholeNumber } from "./parse-options.ts";
import { makeProgress } from "./progress.ts";

export function addAudit(program: Command): void {
  const command = program
    .command("audit")
    .summary("measure what poisoned training data could do to a model")
    .description(
      "Trains on the data as they are, then again and again with poison of growing budgets in them, and measures what the attacks damage, which detectors see them and what repairs win back.",
    )
    .argument("[data]", "a file, a glob or a folder: CSV, TSV, JSON lines, Parquet or svmlight")
    .option("--config <file>", "read everything that is not on the command line from this file (see theriac init)");
  addDataOptions(command)
    .optionsGroup("Study:")
    .option(
      "--budget <fractions>",
      `share of the training rows that an attacker may touch (default: ${defaults.budgets.join(",")})`,
      budgets("--budget"),
    )
    .option("--attack <ids>", "attacks to try (default: all that work with the label; see theriac list attacks)", listed)
    .option("--access <kinds>", `only attacks with this access: ${accesses.join(", ")}`, oneOfList("--access", accesses))
    .option("--goal <kinds>", `only attacks with this goal: ${goals.join(", ")}`, oneOfList("--goal", goals))
    .option("--knowledge <kinds>", `only attacks with this knowledge: ${knowledges.join(", ")}`, oneOfList("--knowledge", knowledges))
    .option("--attack-tasks <names>", "tasks that receive poison (default: all)", listed)
    .option("--target-tasks <names>", "tasks meant to suffer (default: all)", listed)
    .option("--learner <id>", "default: logistic for classes, ridge for a number")
    .option("--repair <ids>", 'repairs to try (default: all), or "none"', listed)
    .option("--detector <ids>", 'detectors to try (default: all), or "none"; cleaning repairs use the first', listed)
    .option("--sharing <how>", "pooled: one model for all tasks; separate: one for each", oneOf("--sharing", ["pooled", "separate"]))
    .option("--seeds <number>", `how often all is repeated (default: ${defaults.seeds})`, wholeNumber("--seeds", 1))
    .option("--seed <number>", `the first seed (default: ${defaults.seed})`, wholeNumber("--seed", 0))
    .option(
      "--test-fraction <fraction>",
      `share of the rows held out for testing (default: ${defaults.testFraction})`,
      openFraction("--test-fraction"),
    )
    .option("--bigrams", "count pairs of neighbouring words too")
    .option("--frozen-encoder", "scaling, categories and vocabulary always come from the clean rows")
    .optionsGroup("Result:")
    .option("--limit <rule>", "what decides the verdict, as 'accuracyDrop@1% <= 0.05'; repeatable", several)
    .option("--strict", "a limit inside the interval of its figure fails")
    .option("--out <folder>", "folder of the run (default: a new one in theriac-runs)")
    .option("--json", "one JSON document on standard output instead of tables")
    .option("--quiet", "neither notes nor progress; warnings stay")
    .addHelpText("after", help)
    .action(run);
}

const help = `
Examples:
  theriac audit reviews.csv --label stars --text review
  theriac audit loans.parquet --label default --budget 0.5%,1%,5% --seeds 10 --limit 'accuracyDrop@1% <= 0.05' --strict
  theriac audit sensors.csv --label temperature --task sensor --attack-tasks s1,s2 --target-tasks s9
  theriac audit --config theriac.config.yaml --json > audit.json

Writes a run folder: manifest.json, records.jsonl (one trial a line) and poison/ (one patch for each attack, budget and seed). Tables or JSON go to
standard output, everything else to standard error. The data themselves are never changed.
Exit codes: 0 pass, 1 a limit was broken, 2 the request was wrong, 3 trials failed or are missing, 130 stopped with Ctrl-C.`;

interface AuditFlags extends DataFlags {
  readonly config?: string;
  readonly budget?: number[];
  readonly attack?: string[];
  readonly access?: Access[];
  readonly goal?: Goal[];
  readonly knowledge?: Knowledge[];
  readonly attackTasks?: string[];
  readonly targetTasks?: string[];
  readonly learner?: string;
  readonly repair?: string[];
  readonly detector?: string[];
  readonly sharing?: "pooled" | "separate";
  readonly seeds?: number;
  readonly seed?: number;
  readonly testFraction?: number;
  readonly bigrams?: boolean;
  readonly frozenEncoder?: boolean;
  readonly limit?: string[];
  readonly strict?: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

async function run(data: string | undefined, flags: AuditFlags): Promise<void> {
  if (data === undefined && flags.config === undefined)
    throw new UsageError("audit needs data: theriac audit DATA, or theriac audit --config FILE");
  const asked = configOf(data, flags);
  const config = flags.config === undefined ? asked : mergeConfigs(await readConfigFile(flags.config), asked);
  const quiet = flags.quiet ?? false;
  const progress = makeProgress({ quiet });
  const stop = new AbortController();
  const onInterrupt = (): void => {
    if (stop.signal.aborted) return;
    stop.abort();
    progress.end();
    say("stopping after what is running now");
  };
  process.on("SIGINT", onInterrupt);
  try {
    const result = await audit(config, {
      signal: stop.signal,
      onNote: noteTeller(quiet),
      onProgress: (done, total, { attack, seed, budgetFraction }) =>
        progress.update(
          done,
          total,
          attack === null ? `seed ${seed}, without attack` : `seed ${seed}, ${attack.id} at ${budgetText(budgetFraction)}`,
        ),
    });
    progress.end();
    if (result.status === "cancelled") {
      say(
        `stopped after ${result.records.length} of ${result.manifest.plannedTrials} trials; to look at them: theriac check ${result.run}`,
      );
      process.exitCode = exitCodes.interrupted;
      return;
    }
    if (flags.json === true) print(auditJson(result.run, result, result.records));
    else print(renderAudit(result.summary, result.verdict).trimEnd());
    if (!quiet) say(`run: ${result.run}`);
    process.exitCode = exitCodeOf(result.verdict);
  } finally {
    progress.end();
    process.off("SIGINT", onInterrupt);
  }
}

function configOf(data: string | undefined, flags: AuditFlags): AuditConfig {
  const orNone = (option: string, ids: string[] | undefined): string[] | undefined => {
    if (ids?.includes("none") !== true) return ids;
    if (ids.length > 1) throw new UsageError(`${option} none stands alone, got ${ids.join(", ")}`);
    return [];
  };
  const fittedOn: EncoderParams["fittedOn"] | undefined = flags.frozenEncoder === true ? "frozen" : undefined;
  return withoutUndefined<AuditConfig>({
    data: dataConfigOf(data, flags),
    encoder: withoutUndefined<Partial<EncoderParams>>({ bigrams: flags.bigrams, fittedOn }),
    budgets: flags.budget,
    attacks: flags.attack,
    access: flags.access,
    goal: flags.goal,
    knowledge: flags.knowledge,
    attackTasks: flags.attackTasks,
    targetTasks: flags.targetTasks,
    learner: flags.learner,
    repairs: orNone("--repair", flags.repair),
    detectors: orNone("--detector", flags.detector),
    sharing: flags.sharing,
    seeds: flags.seeds,
    seed: flags.seed,
    testFraction: flags.testFraction,
    limits: flags.limit,
    strict: flags.strict,
    out: flags.out,
  });
}
