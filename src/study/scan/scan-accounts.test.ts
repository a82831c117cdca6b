import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector } from "../../core/recommender.ts";
import { makeRng } from "../../numeric/random.ts";
import { scanAccounts } from "./scan-accounts.ts";

/** Accounts a, b, c and d, of whom c wrote two rows about one item; row 4 is nobody's. */
const ratings: Ratings = {
  ...{ user: Int32Array.of(0, 1, 2, 3), item: Int32Array.of(0, 1, 0, 1), value: Float64Array.of(5, 4, 3, 2), time: null },
  ...{ users: ["a", "b", "c", "d"], items: ["x", "y"], scale: { low: 1, high: 5, step: 1 } },
};
const rated = { ratings, account: Int32Array.of(2, 0, 1, 2, -1, 3) };

const detector = (id: string, score: AccountDetector["score"], more: Partial<AccountDetector> = {}): AccountDetector => ({
  ...{ kind: "detector", data: "ratings", id, title: `What ${id} sees`, summary: "", source: { cite: "a test", url: null }, params: {} },
  ...{ score, ...more },
});
const saying = (id: string, values: readonly number[], more: Partial<AccountDetector> = {}): AccountDetector =>
  detector(id, () => Promise.resolve(Float64Array.from(values)), more);
const scan = (...methods: readonly AccountDetector[]) =>
  scanAccounts(
    rated,
    methods.map((method) => ({ method, params: {} })),
    { rng: makeRng(1) },
  );

describe("a scan of accounts", () => {
  it("flags from a detector's own cut on, and judges all rows of an account by it", async () => {
    const found = await scan(saying("ranks", [9, 1, 2, 3]), saying("cuts", [1, 0, 4, 3], { cut: 2 }));
    expect(found.sources.map(({ name, rows, flaggedRows, flagged, score }) => [name, rows, flaggedRows, flagged, score])).toEqual([
      ["c", 2, 2, true, 2],
      ["d", 1, 1, true, 1.5],
      ["a", 1, 0, false, 0.5],
      ["b", 1, 0, false, 0],
    ]);
    expect(found.sources[0].reasons).toEqual(["held for fake by cuts: what cuts sees"]);
    expect(found.rows.map(({ row, source, flagged }) => [row, source, flagged])).toEqual([
      [0, "c", true],
      [3, "c", true],
      [5, "d", true],
      [1, "a", false],
      [2, "b", false],
    ]);
    expect(found.rows[0]).toMatchObject({ score: 2, scores: { ranks: 2, cuts: 4 } });
    expect(found.detectors).toMatchObject([
      { id: "ranks", subject: "source", flaggedRows: null, hasRule: false },
      { id: "cuts", subject: "source", flaggedRows: 3, hasRule: true },
    ]);
    expect(found.judged).toEqual({ accounts: 4, rows: 5 });
  });

  it("does not know how many of the flagged are innocent, which is not none", async () => {
    const { expectedFalseAlarms, falseAlarms } = await scan(saying("cuts", [1, 0, 4, 3], { cut: 2 }));
    expect(expectedFalseAlarms).toBeNull();
    expect(falseAlarms).toEqual({ statedRows: 0, expected: 0, unknownRows: 3, unknownBy: ["cuts"] });
    expect((await scan(saying("cuts", [1, 0, 1, 1], { cut: 2 }))).expectedFalseAlarms).toBe(0);
  });

  it("ranks by the mean standing where no detector has a cut, and flags nobody", async () => {
    const { sources, rows } = await scan(saying("one", [1, 1, 2, 3]), saying("other", [10, 0, 0, 90]));
    expect(sources.map(({ name, score }) => [name, score])).toEqual([
      ["d", 0.75],
      ["a", 0.25],
      ["c", 0.25],
      ["b", 0],
    ]);
    expect(rows.some(({ flagged }) => flagged)).toBe(false);
  });

  it("says in a detector's own words why, and leaves out whose numbers give out or say nothing", async () => {
    const explained = saying("cuts", [0, 0, 0, 0], {
      cut: 2,
      explain: () => Promise.resolve({ values: Float64Array.of(0, 0, 0, 3), reason: (account) => `it is ${ratings.users[account]}` }),
    });
    const failing = detector("fails", () => Promise.reject(new NumericalError("singular")));
    const { sources, detectors } = await scan(explained, failing, saying("mute", [7, 7, 7, 7]));
    expect(sources[0]).toMatchObject({ name: "d", flagged: true, reasons: ["it is d"] });
    expect(detectors.map(({ id, error, silence }) => [id, error, silence])).toEqual([
      ["cuts", null, null],
      ["fails", "singular", null],
      ["mute", null, "it scores all accounts alike"],
    ]);
    await expect(scan(saying("short", [1, 2]))).rejects.toThrow("short must give one finite score for each account");
  });

  it("announces the innocents that a rule expects, account by account, and tells groups of accounts as one finding", async () => {
    const says = saying("cuts", [0, 0, 0, 0], {
      cut: 2,
      explain: () =>
        Promise.resolve({
          values: Float64Array.of(1, 0, 4, 3),
          reason: () => null,
          innocence: Float64Array.of(0.9, 0.9, 0.25, 0.5),
          campaigns: [{ subjects: Int32Array.of(2, 3), sentence: "2 accounts of one kind", expectedFalseAlarms: 0.75 }],
        }),
    });
    const { falseAlarms, expectedFalseAlarms, campaigns, detectors } = await scan(says);
    // Account c wrote two rows, d one.
    expect(falseAlarms).toEqual({ statedRows: 3, expected: 1, unknownRows: 0, unknownBy: [] });
    expect([expectedFalseAlarms, detectors[0].expectedFalseAlarms]).toEqual([1, 1]);
    expect(campaigns).toEqual([
      {
        ...{ detectors: ["cuts"], rows: [0, 3, 5], accounts: ["c", "d"], tasks: [], days: null, baseTexts: null },
        ...{ sentence: "2 accounts of one kind", expectedFalseAlarms: 1.125 },
      },
    ]);
  });

  it("says what planted accounts make of each detector, and leaves out of the ranking who places them below the others", async () => {
    const market = makeMarketplace(5, 80, 60);
    const account = market.user;
    // Planted accounts come last, which the one detector finds and the other takes for the most honest.
    const late = detector("late", (given) => Promise.resolve(Float64Array.from(given.users, (_, u) => (u >= 80 ? 3 : u / 80))), { cut: 2 });
    const reversed = detector("reversed", (given) => Promise.resolve(Float64Array.from(given.users, (_, u) => -u)));
    const { detectors, sources } = await scanAccounts(
      { ratings: market, account },
      [late, reversed].map((method) => ({ method, params: {} })),
      { rng: makeRng(1) },
    );
    expect(detectors[0].findings).toEqual([
      expect.stringMatching(/^of (8|9|10) accounts planted in \d groups .* its rule finds \1, and flags 0 more$/),
    ]);
    expect(detectors[1].findings).toEqual([expect.stringMatching(/^left out of the ranking: .* \(area under the curve 0\.00\)$/)]);
    expect(sources[0].name).toBe("u79");
    expect(sources.every(({ score, flagged }) => score < 1 && !flagged)).toBe(true);
  });
});
