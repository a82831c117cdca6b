// A kind of data of one's own, in one file: lines of numbers, whose last number is learned from the step before it.
// One learner (the mean step), one attack (leaps), one detector (how far a step is from the median).
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { renderAudits } from "../../dist/report/audit/audit-text.js";
import { auditJson } from "../../dist/report/judging/audit-json.js";
import { makeRng } from "../../dist/numeric/random.js";

const lastStep = (line) => line.at(-1) - line.at(-2);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Learner: every sequence goes on by the mean of the last steps. */
const learnStep = (lines) => mean(lines.map(lastStep));
/** Attack: lines that end in a leap. */
const leaps = (count) => Array.from({ length: count }, () => [0, 0, 100]);
/** Detector. */
const distances = (lines) => {
  const usual = median(lines.map(lastStep));
  return Float64Array.from(lines, (line) => Math.abs(lastStep(line) - usual));
};

const study = {
  plan: {
    seeds: (config) => config,
    learnersOf: () => [{ id: "mean-step", params: {} }],
    attacksOn: ({ attacks }) => attacks,
    trialsOf: () => [{ repair: null }],
    keyOf: ({ seeds: _, firstSeed: __, ...shared }, { seed, attack, budgetFraction }) => ({ shared, seed, attack, budgetFraction }),
  },
  isTuned: false,
  detection: () => ({ detectors: [{ id: "distance", params: {} }], flagFraction: 0.1 }),
  threatOf: (_, { attack }) => ({
    attack: attack?.id ?? null,
    access: attack === null ? null : "inject",
    goal: attack === null ? null : "availability",
    knowledge: attack === null ? null : "none",
    reach: null,
    target: null,
  }),
  open:
    ({ lines }) =>
    async ({ seed }) => {
      const order = makeRng(seed).fork("split").sample(lines.length, lines.length);
      const test = Array.from(order.slice(0, lines.length >> 2), (i) => lines[i]);
      const train = Array.from(order.slice(lines.length >> 2), (i) => lines[i]);
      return {
        learnerParams: {},
        budgetRows: (_, fraction) => Math.max(1, Math.floor(fraction * train.length)),
        poison: async (_, fraction) => ({ kind: "sequences", lines: leaps(Math.max(1, Math.floor(fraction * train.length))) }),
        async ground(poison) {
          const added = poison?.lines ?? [];
          const all = [...train, ...added];
          return {
            trainingRows: all.length,
            touchedRows: added.length,
            poisoned: Uint8Array.from(all, (_, i) => (i < train.length ? 0 : 1)),
            suspicion: async () => distances(all),
            async look() {
              // As learning takes its time, a study can be stopped in the middle.
              await new Promise((resolve) => setTimeout(resolve, 50));
              const step = learnStep(all);
              const rmse = Math.sqrt(mean(test.map((line) => (line.at(-2) + step - line.at(-1)) ** 2)));
              return { testRows: test.length, metrics: { rmse }, attackerObjective: rmse };
            },
          };
        },
      };
    },
};

function read({ data }) {
  const bytes = readFileSync(data);
  const lines = bytes
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(",").map(Number));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const columns = lines[0].map((_, j) => `c${j + 1}`);
  return Promise.resolve({
    lines,
    notes: [],
    files: [{ path: data, bytes: bytes.length, sha256, rows: lines.length }],
    dialect: {
      format: "csv",
      compression: "none",
      byteOrderMark: false,
      delimiter: ",",
      quoted: false,
      header: false,
      newline: "\n",
      columns,
      firstIndex: 1,
    },
    table: { rows: lines.length, columns: [] },
  });
}

const requestOf = ({ data }) => ({ data: data.path });
const rmse = { id: "rmse", better: "lower", damage: { id: "rmseRatio", as: "ratio" }, range: [0, Infinity], isRate: false };
const count = z.int().min(0);

export const sequences = {
  id: "sequences",
  module: import.meta.url,
  schemas: {
    read: z.object({ data: z.string() }),
    data: z.object({ files: z.array(z.object({ path: z.string(), bytes: count, sha256: z.string(), rows: count })), lines: count }),
    study: z.object({
      seeds: count,
      firstSeed: count,
      budgets: z.array(z.number()),
      attacks: z.array(z.object({ id: z.literal("leap") })),
      repairs: z.array(z.never()),
    }),
    poison: z.object({ kind: z.literal("sequences"), lines: z.array(z.array(z.number())) }),
  },
  study,
  checkConfig() {},
  pathOf: ({ data }) => data.path,
  requestOf,
  read,
  resolve: ({ budgets = [0.1], seeds = 2 }) => ({
    study: { seeds, firstSeed: 0, budgets, attacks: [{ id: "leap", params: {} }], repairs: [] },
    asked: null,
    notes: [],
  }),
  tryOut() {},
  inputOf: ({ lines }, config) => ({ lines, config }),
  share: (input) => input,
  unshare: (data) => data,
  identityOf: ({ files }) => ({ files: files.map(({ sha256 }) => sha256) }),
  infoOf: ({ files, lines }) => ({ files, lines: lines.length }),
  describe: ({ lines }) => [`data: ${lines.length} sequences`],
  estimateMs: () => Promise.resolve(1),
  quantitiesOf: () => ({ measured: [rmse], ofAttacks: [] }),
  contextOf: ({ data }) => ({ primaryMetric: "rmse", examples: data.lines, testFraction: 0.25 }),
  renderText: ({ judged }) => Promise.resolve(renderAudits(judged.learners, judged.verdict)),
  renderJson: ({ path, records, judged }) => Promise.resolve(auditJson(path, judged, records)),
  pageOf: ({ manifest, judged }) =>
    Promise.resolve({
      kicker: "Theriac audit of sequences",
      title: "sequences",
      size: `${manifest.data.lines} lines`,
      theriac: manifest.theriac,
      kind: "audit-table",
      sections: [{ id: "found", title: "What was found", blocks: [{ kind: "code", text: renderAudits(judged.learners, judged.verdict) }] }],
      keeps: "It is a test.",
    }),
  makePoison: ({ lines }, { budgets: [budget] }) => {
    const rows = leaps(Math.max(1, Math.floor(budget * lines.length)));
    const insert = rows.map((row) => ({ kind: "raw", cells: Object.fromEntries(row.map((value, j) => [`c${j + 1}`, value])) }));
    return Promise.resolve({
      poison: { kind: "data", relabel: [], edit: [], insert },
      about: { attack: "leap", budgetFraction: budget },
      told: `${rows.length} lines added`,
      notes: [],
    });
  },
  // What a scan and a cleaning ask besides.
  request: z.object({ data: z.string() }),
  look({ lines }) {
    const scores = distances(lines);
    const isFar = (row) => scores[row] > 10;
    const rows = [...lines.keys()]
      .sort((a, b) => scores[b] - scores[a] || a - b)
      .map((row) => ({
        row,
        flagged: isFar(row),
        score: scores[row],
        reasons: isFar(row) ? ["leaps"] : [],
        scores: { distance: scores[row] },
      }));
    const flaggedRows = rows.filter(({ flagged }) => flagged).length;
    const falseAlarms = { statedRows: 0, expected: 0, unknownRows: flaggedRows, unknownBy: ["distance"] };
    const outcome = { id: "distance", subject: "row", flaggedRows, hasRule: true, silence: null, expectedFalseAlarms: null, error: null };
    return Promise.resolve({
      result: { rows, sources: [], campaigns: [], tasks: [], expectedFalseAlarms: null, falseAlarms, detectors: [outcome] },
      settings: {},
      notRun: [],
      cannotSee: ["steps that are wrong by little"],
    });
  },
  rowsOf: ({ lines }) => ({
    rows: lines.length,
    columns: [{ name: "numbers", cellOf: (row) => lines[row].join(" ") }],
    nameOf: (row) => String(row + 1),
  }),
};
