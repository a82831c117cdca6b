import { type Command } from "commander";
import { basename } from "node:path";
import type { CertifyHooks } from "../node/certify.ts";
import type { Verdict } from "../report/judging/verdict.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { dataArgument } from "./data-argument.ts";
import { exitCodes } from "./exit-codes.ts";
import { print, printJson, say } from "./output.ts";
import { kindAsked, readConfig, readFlags } from "./options/read-options.ts";
import { duration } from "./progress.ts";
import { watched } from "./watched.ts";

export function addCertify(program: Command, showsAll: boolean, words: readonly string[]): void {
  const command = program
    .command("certify")
    .summary("prove what no attacker within a budget can do")
    .description(
      "Computes certificates: bounds on what any poison within a budget can change, whatever it is and whoever writes it, of models that are built so that it can be proven. Each says which model that is, what its radius counts, and where it holds.",
    )
    .argument("<data>", dataArgument);
  addOptions(command, showsAll)
    .addHelpText("after", help)
    .action((data: string, given: Given) => run(data, given, words));
}

const help = `
Examples:
  theriac certify spambase.data --no-header --label 58
  theriac certify reviews.csv --label stars --text review --source account --certificate deep-partition-aggregation:by=source
  theriac certify reviews.csv --label stars --text review --limit 'certifiedAccuracy@0.1% >= 0.4'
  theriac certify houses.csv --label price --certificate deep-partition-aggregation:partitions=51
  theriac certify loans.csv --label default --certificate deep-partition-aggregation:base=pipeline --learner command -- python train.py
  theriac certify ratings.csv --ratings --user account --item film --limit 'certifiedPrecision@5accounts >= 0.1'

How to read it: certified accuracy at radius r is the share of rows that are answered right however r rows (or accounts) are added, taken away or relabelled; of
ratings, certified precision is the share of the first ten places that hold what a user did rate, however r accounts are added, edited or taken away.
A certificate is of its own model, not of the one that an audit attacks: whoever wants the bound deploys that model, with the settings that are named.
Beyond the last radius nothing is known: no bound is not the same as harm.
Exit codes: 0 certified, not judged, or a limit inside its interval, 1 a limit was broken, 2 the request was wrong, 3 nothing could be certified or speaks of the limit, 130 stopped with Ctrl-C.`;

/** @param words a training command, as it stands behind `--` */
async function run(data: string, given: Given, words: readonly string[]): Promise<void> {
  const flags = readFlags("certify", given);
  const { quiet = false } = flags;
  const kind = kindAsked("certify", given);
  const { exitCodeOf } = await import("../report/judging/verdict.ts");
  const out = { ...(flags.out === undefined ? {} : { out: flags.out }), ...(flags.cache === undefined ? {} : { cache: flags.cache }) };
  const told = {
    jobs: flags.jobs,
    onEstimate({ models, jobs, ms }: { readonly models: number; readonly jobs: number; readonly ms: number }) {
      if (!quiet)
        say(`${models} models on ${jobs} ${jobs === 1 ? "thread" : "threads"}, about ${duration(ms)} for each certificate of so many`);
    },
  };
  await watched(
    quiet,
    (watch) => (kind === "table" ? ofTable(data, given, words, out, { ...watch, ...told }) : ofRatings(data, given, out, watch)),
    ({ verdict, certified, document, text }) => {
      if (flags.json === true) printJson({ verdict, ...document }, "certificates");
      else print(text);
      if (flags.out !== undefined && !quiet) say(`certificates: ${flags.out}`);
      process.exitCode = certified === 0 ? exitCodes.incomplete : exitCodeOf(verdict);
    },
    {
      said: (done, total) => `${Math.floor((100 * done) / total)} %`,
      ...(flags.cache === undefined
        ? {}
        : { stopped: `stopped: what was trained is kept in ${flags.cache}, and the same command goes on from there` }),
    },
  );
}

interface Told {
  readonly verdict: Verdict;
  /** Certificates that there are. */
  readonly certified: number;
  readonly document: Record<string, unknown>;
  readonly text: string;
}

async function ofTable(
  data: string,
  given: Given,
  words: readonly string[],
  out: { readonly out?: string; readonly cache?: string },
  hooks: CertifyHooks,
): Promise<Told> {
  const { withCommand } = await import("../node/config/command-words.ts");
  const config = withCommand(readConfig("certify", "table", data, given), words);
  const { certify } = await import("../node/certify.ts");
  const { certifiedJson } = await import("../report/judging/certified-json.ts");
  const { renderCertified } = await import("../report/certify/certify-text.ts");
  const result = await certify({ ...config, ...out }, hooks);
  const { verdict, certificates } = result;
  return {
    verdict,
    certified: certificates.length,
    document: certifiedJson(result),
    text: renderCertified(result, basename(data), verdict),
  };
}

async function ofRatings(data: string, given: Given, out: { readonly out?: string }, hooks: CertifyHooks): Promise<Told> {
  const config = readConfig("certify", "ratings", data, given);
  const { certifyRatings } = await import("../node/certify-ratings.ts");
  const { asCertified } = await import("../study/certify/certify-ratings.ts");
  const { certifiedJson } = await import("../report/judging/certified-json.ts");
  const { renderCertifiedRatings } = await import("../report/certify/ratings-text.ts");
  const result = await certifyRatings({ ...config, ...out }, hooks);
  const { verdict, ...certified } = result;
  const text = renderCertifiedRatings(result, basename(data), verdict);
  return { verdict, certified: certified.certificates.length, document: certifiedJson(asCertified(certified)), text };
}
