import { catalog } from "../../catalog.ts";
import { ratingsJson } from "../../report/judging/audit-json.ts";
import { renderRatings } from "../../report/ratings/text.ts";
import { budgetWithShare } from "../../report/words/format.ts";
import type { Cell } from "../../study/kind.ts";
import { ratingsKind } from "../../study/kinds/ratings.ts";
import type { RatingsStudyConfig, RatingsStudyInput } from "../../study/ratings/config.ts";
import { ratingQuantities, tastelessQuantities } from "../../study/ratings/metrics.ts";
import { type RatingsAuditConfig, ratingsRequestOf } from "../config/ratings-audit-config.ts";
import { checkRatingsConfig, resolveRatingsStudy } from "../ratings/resolve-ratings-study.ts";
import { type RatingsResult, readRatings } from "../read/ratings/read-ratings.ts";
import type { RatingsInfo, RatingsManifest } from "../runs/manifest.ts";
import { commandText } from "../config/command-line.ts";
import { version } from "../runs/version.ts";
import { ratingsSchemas } from "./ratings-run.ts";
import { share, unshare } from "./share.ts";
import type { AuditKind } from "./audit-kind.ts";
import { estimateRatingsMs } from "./estimate-ratings.ts";
import { certifyRatingsRun, hasCertificates, readCertificates } from "./certificates-file.ts";
import { hasHarm, measureHarm, readHarm } from "./ratings-harm-file.ts";
import { ratingsPageOf } from "./ratings-report.ts";

/** Audits of recommenders. */
export const ratingsAudit: AuditKind<RatingsManifest, RatingsAuditConfig, RatingsResult, RatingsStudyInput> = {
  id: "ratings-audit",
  module: import.meta.url,
  schemas: ratingsSchemas,
  study: ratingsKind,
  checkConfig: checkRatingsConfig,
  pathOf: ({ data }) => data.path,
  requestOf: ({ data }) => ratingsRequestOf(data),
  read: readRatings,
  resolve: (config, { ratings }, { data, minRatings }) =>
    resolveRatingsStudy(config, ratings, minRatings === undefined ? data : `${data} after --min-ratings ${minRatings}`),
  tryOut: () => {},
  inputOf: ({ ratings }, config) => ({ ratings, config, methods: catalog.ratings }),
  share: ({ methods: _, ...input }) => share(input),
  unshare: (data) => ({ ...(unshare(data) as Omit<RatingsStudyInput, "methods">), methods: catalog.ratings }),
  identityOf,
  infoOf,
  describe,
  estimateMs: ({ ratings }, open, threads) => estimateRatingsMs(ratings, open, threads),
  quantitiesOf: ({ study: { goal } }) => ({ measured: ratingQuantities(goal), ofAttacks: [], ofClean: tastelessQuantities }),
  heldEqual: ({ data: { files: _, ...data }, study: { goal, targets, audience, fillers } }) => ({
    "the ratings that were read": data,
    "the goal": goal,
    "the targets": targets,
    "the audience": audience,
    "the items that a fake account rates": fillers,
  }),
  // Every seed asks the same users for the same ratings.
  contextOf: ({ data, study }) => ({
    primaryMetric: ratingQuantities(study.goal)[0].id,
    examples: data.users,
    testFraction: null,
    until: study.until,
    poisonIs: "accounts",
    weighsRepairs: false,
  }),
  async afterTrials(run, input, { signal }) {
    await measureHarm(run, input, signal);
    if (input.config.certificates !== undefined) await certifyRatingsRun(run, input, signal);
  },
  isAfterTrials: (path, { study }) => hasHarm(path) && (study.certificates === undefined || hasCertificates(path)),
  provenOf: ({ study }) => (study.certificates === undefined ? [] : ["certifiedPrecision"]),
  certifiedIn: readCertificates,
  renderText: async ({ path, judged: { learners, verdict } }, { tables }) =>
    renderRatings(learners, verdict, await readHarm(path), tables ? null : commandText(["theriac", "check", path, "--tables"])),
  renderJson: async ({ path, records, judged }) => ratingsJson(path, judged, records, await readHarm(path)),
  pageOf: ratingsPageOf,
};

/** What shapes the trials besides the study: what was read, how, and by which version. */
function identityOf({ ratings, files }: RatingsResult): unknown {
  const { users, items, user, scale } = ratings;
  return {
    theriac: version,
    files: files.map(({ sha256 }) => sha256),
    users: users.length,
    items: items.length,
    ratings: user.length,
    scale,
  };
}

function infoOf({ ratings, files, leftOut }: RatingsResult): RatingsInfo {
  const { users, items, scale, time, user } = ratings;
  return {
    files,
    ratings: user.length,
    users: users.length,
    items: items.length,
    scale,
    hasTime: time !== null,
    ...(leftOut === undefined ? {} : { leftOut }),
  };
}

function describe(read: RatingsResult, study: RatingsStudyConfig, cells: readonly Cell[]): string[] {
  const data = infoOf(read);
  const { low, high, step } = data.scale;
  const attacks = new Set(cells.flatMap(({ attack }) => (attack === null ? [] : [attack.id])));
  const trials = cells.reduce((sum, cell) => sum + cell.trials.length, 0);
  return [
    `data: ${data.ratings} ratings from ${low} to ${high}${step > 0 ? ` in steps of ${step}` : ""} by ${data.users} users of ${data.items} items`,
    `split: the last rating of each user is tested on, ${data.hasTime ? "by time" : "by chance, since there is no time"}`,
    `engines: ${study.engines.map(({ id }) => id).join(", ")}`,
    `study: ${[...attacks].join(", ")} × ${study.budgets.map((budget) => budgetWithShare(budget, study)).join(", ")} of the users as fake accounts × ${study.seeds} seeds = ${trials} trials; each account rates the targets and up to ${study.fillers} other items`,
  ];
}
