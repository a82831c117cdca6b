import { catalog } from "../../catalog.ts";
import { type NamedColumn, cellOf } from "../../core/table.ts";
import type { Ratings } from "../../core/ratings.ts";
import { makeRng } from "../../numeric/random.ts";
import { methodOf } from "../../study/config.ts";
import { cannotSeeInRatings } from "../../study/scan/cannot-see.ts";
import { accountDetectorsNotRun } from "../../study/scan/not-run.ts";
import {
  type AccountUnit,
  type ChosenAccountDetector,
  type PlainAccountSaid,
  accountHearing,
  accountSaidAgain,
  plainAccountSaid,
} from "../../study/scan/hear-accounts.ts";
import { scanAccounts } from "../../study/scan/scan-accounts.ts";
import { ratingsDefaults } from "../config/options/study-defaults.ts";
import { type RatingsAuditConfig, ratingsRequestOf } from "../config/ratings-audit-config.ts";
import { checkRatingsConfig, chooseAccountDetectors, refuseFewRatings } from "../ratings/resolve-ratings-study.ts";
import { type RatingRows, type RatingsRequest, readRatingRows } from "../read/ratings/read-ratings.ts";
import { ratingsRequest } from "../schemas/parts.ts";
import type { RowsOfScan, ScanHooks, Scannable, Sight } from "./scannable.ts";

export interface RatingsScanConfig extends Pick<RatingsAuditConfig, "data" | "detectors" | "effort" | "seed"> {
  /** Folder that the findings are written to; none by default. */
  readonly out?: string;
  /** Whether its page says what rows hold, and who wrote them. */
  readonly includeRows?: boolean;
}

/** Which accounts are looked for among ratings, and how. */
interface AccountScan {
  readonly config: RatingsScanConfig;
  readonly detectors: readonly ChosenAccountDetector[];
}

/** Who rated what: accounts are judged, and rows by them. */
export const ratingsScan: Scannable<RatingsScanConfig, RatingsRequest, RatingRows, AccountScan> = {
  id: "ratings",
  request: ratingsRequest,
  checkConfig: checkRatingsConfig,
  requestOf: ({ data }) => ratingsRequestOf(data),
  read: readRatingRows,
  resolve(config, { ratings, files }) {
    refuseFewRatings(ratings, files[0].path);
    const chosen = chooseAccountDetectors(config, config.effort ?? ratingsDefaults.effort);
    const detectors = chosen.map(chosenOf);
    return { asked: { config, detectors }, notes: [] };
  },
  look,
  units: { module: import.meta.url, open: openDetectors },
  rowsOf,
};

async function look({ ratings, ratingOf }: RatingRows, asked: AccountScan, { signal, onProgress, share }: ScanHooks): Promise<Sight> {
  const { config, detectors } = asked;
  const seed = config.seed ?? ratingsDefaults.seed;
  const account = ratingOf.map((rating) => (rating < 0 ? -1 : ratings.user[rating]));
  const chosen = detectors.map(({ method: { id }, params }) => ({ id, params }));
  const runner = share?.({ ratings, seed, detectors: chosen } satisfies SharedScan);
  const result = await scanAccounts({ ratings, account }, detectors, {
    rng: makeRng(seed).fork("scan"),
    signal,
    hear: runner && (async (units, onStart) => (await runner.run<AccountUnit, PlainAccountSaid>(units, onStart)).map(accountSaidAgain)),
    onDetector: (done, total, id) => onProgress?.(done, total, id),
  });
  const setting = { effort: config.effort ?? ratingsDefaults.effort, isNamed: config.detectors !== undefined };
  return {
    result,
    settings: { seed, detectors: chosen },
    notRun: accountDetectorsNotRun(catalog.ratings.detectors, result.detectors, setting),
    cannotSee: cannotSeeInRatings(result.detectors),
  };
}

function chosenOf({ id, params }: { readonly id: string; readonly params: unknown }): ChosenAccountDetector {
  return { method: methodOf("detector", catalog.ratings.detectors, id), params };
}

/** What threads that hear detectors are given. */
interface SharedScan {
  readonly ratings: Ratings;
  readonly seed: number;
  readonly detectors: readonly { readonly id: string; readonly params: unknown }[];
}

function openDetectors(shared: object): (unit: AccountUnit) => Promise<PlainAccountSaid> {
  const { ratings, seed, detectors: chosen } = shared as SharedScan;
  const detectors = chosen.map(chosenOf);
  const hear = accountHearing(ratings, detectors, { rng: makeRng(seed).fork("scan") });
  return async (unit) => plainAccountSaid(await hear(unit), detectors[unit.detector].method);
}

/** A row goes by its number: several may be ratings of one item by one user. */
function rowsOf({ ratings, columns, table, ratingOf }: RatingRows): RowsOfScan {
  const ofRating = (names: readonly string[], code: Int32Array) => (row: number) => (ratingOf[row] < 0 ? "" : names[code[ratingOf[row]]]);
  const written = [columns.rating, columns.time].flatMap((name) => table.columns.filter((column) => column.name === name));
  return {
    rows: table.rows,
    columns: [
      { name: columns.user, cellOf: ofRating(ratings.users, ratings.user) },
      { name: columns.item, cellOf: ofRating(ratings.items, ratings.item) },
      ...written.map((column) => ({ name: column.name, cellOf: (row: number) => textAt(column, row) })),
    ],
    nameOf: (row) => String(row + 1),
  };
}

function textAt(column: NamedColumn, row: number): string {
  const cell = cellOf(column, row);
  return typeof cell === "string" ? cell.trim() : "";
}
