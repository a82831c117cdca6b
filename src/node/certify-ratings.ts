import { join } from "node:path";
import { catalog } from "../catalog.ts";
import { makeRng } from "../numeric/random.ts";
import { certifiedJson } from "../report/judging/certified-json.ts";
import { checkCertifiedLimit } from "../report/judging/certified-limits.ts";
import { parseLimit } from "../report/judging/limits.ts";
import { type Verdict, verdictOfCertified } from "../report/judging/verdict.ts";
import { spreadsheetTable } from "../report/words/spreadsheet.ts";
import { type CertifiedRatings, asCertified, certifyRatings as certifyLists, reachShares } from "../study/certify/certify-ratings.ts";
import { methodOf } from "../study/config.ts";
import { goalOf } from "../study/ratings/setup.ts";
import type { CertifyHooks } from "./certify.ts";
import { choose, joining, unique } from "./config/choose-method.ts";
import type { ConfigOf } from "./config/options/options.ts";
import { certifyDefaults } from "./config/options/study-defaults.ts";
import { ratingsRequestOf } from "./config/ratings-audit-config.ts";
import { refuseFewRatings } from "./ratings/resolve-ratings-study.ts";
import { readRatings } from "./read/ratings/read-ratings.ts";
import { notesOf } from "./read/request.ts";
import { provenance } from "./runs/provenance.ts";
import { stringifyExactly } from "./schemas/exact-json.ts";
import { intoNewFolder } from "./write/into-new-folder.ts";
import { writeFiles } from "./write/write-files.ts";

export interface CertifyRatingsConfig extends ConfigOf<"certify", "ratings"> {
  /** Folder for certificates.json and targets.csv; none by default. */
  readonly out?: string;
}

export interface CertifiedRatingsRun extends CertifiedRatings {
  readonly verdict: Verdict;
}

const files = { certificates: "certificates.json", targets: "targets.csv" } as const;

/** Certifies which of the ratings that are held back are recommended. @throws UsageError where the request is wrong; then nothing was written */
export function certifyRatings(config: CertifyRatingsConfig, hooks: CertifyHooks = {}): Promise<CertifiedRatingsRun> {
  return intoNewFolder(config.out, Object.values(files), "certificates", () => certifyRead(config, hooks));
}

async function certifyRead(config: CertifyRatingsConfig, hooks: CertifyHooks): Promise<CertifiedRatingsRun> {
  const methods = catalog.ratings.certificates;
  const chosen = unique(
    "certificate",
    (config.certificates ?? joining(methods, config.effort ?? certifyDefaults.effort)).map((choice) =>
      choose("certificate", methods, choice),
    ),
  );
  const limits = (config.limits ?? []).map((text) => parseLimit(text));
  for (const limit of limits) checkCertifiedLimit(limit, ["certifiedPrecision"]);
  const { data = {} } = config;
  const request = ratingsRequestOf(data);
  const { ratings: all, notes, files: sources } = await readRatings(request);
  const where = sources[0].path;
  refuseFewRatings(all, where);
  const targets =
    config.targets === undefined ? null : goalOf(all, { goal: "promote", targets: [...new Set(config.targets)] }, where).targets;
  // A time that was only guessed does not decide what is held back.
  const ratings = data.time === undefined ? { ...all, time: null } : all;
  for (const note of [...notesOf({ notes }, "warning"), ...notesOf({ notes }, "info")]) hooks.onNote?.(note);
  if (all.time !== null && ratings.time === null)
    hooks.onNote?.({
      level: "info",
      text: "what is held back is drawn by chance (name --time to hold back the last ratings of each user)",
    });
  const seed = config.seed ?? certifyDefaults.seed;
  const result = await certifyLists(
    { ratings, testFraction: config.testFraction ?? certifyDefaults.ratingsTestFraction, targets },
    chosen.map(({ id, params }) => ({ method: methodOf("certificate", methods, id), params })),
    { rng: makeRng(seed), signal: hooks.signal, onCertificate: (done, total, id) => hooks.onProgress?.(done, total, id) },
  );
  const verdict = verdictOfCertified(result, limits);
  if (config.out !== undefined) {
    const settings = { ...(await provenance()), read: request, files: sources, seed, notes };
    writeFiles([
      { path: join(config.out, files.targets), content: targetsFile(result) },
      {
        path: join(config.out, files.certificates),
        content: `${stringifyExactly({ schema: 2, ...settings, ...certifiedJson(asCertified(result)) }, 2)}\n`,
      },
    ]);
  }
  return { ...result, verdict };
}

/** One line a target and certificate. */
function targetsFile({ certificates }: CertifiedRatings): string {
  const lines = certificates.flatMap(({ id, targeted }) =>
    targeted.flatMap(({ group, items }) =>
      items.map(({ item, ratings, accounts }) => [item, group, String(ratings), id, ...accounts.map((count) => String(count ?? ""))]),
    ),
  );
  const shares = reachShares.map((share) => `accounts for ${100 * share} % of the users`);
  return spreadsheetTable([["item", "group", "ratings", "certificate", ...shares], ...lines]);
}
