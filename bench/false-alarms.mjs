// Stated against measured false alarms of every detector with a rule, on data drawn so that nobody poisoned them. Of a rule that states how many it expects, the
// mean over draws of what it states must be at least about the mean number of innocents that it flags; of a rule that states nothing, what it flags is shown.
// A rule is measured whether or not the scan then lets it flag ("silent": in how many draws not); "all together" is what a user is shown.
//   node bench/false-alarms.mjs [--families short,wide] [--draws 10] [--effort full] [--learner linear-svm]
//   node bench/false-alarms.mjs --folder DIR [--rows 1000] [--skip 0] [--take 1000] [--target classes|real] [--effort quick]
// The second judges the tables of a folder of CSVs as they are (bench/parts/folder-tables.mjs), taken for clean: which detector flags how much of each, and what a user is shown.
// Families marked "held" were not looked at while claims were mended.
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { targetOf } from "../dist/core/examples.js";
import { resolveParams } from "../dist/core/params.js";
import { encoderParams } from "../dist/data/encoder.js";
import { resolveDetectors } from "../dist/node/config/resolve-detectors.js";
import { resolveLearning } from "../dist/node/config/resolve-learners.js";
import { tuneOnWhole } from "../dist/node/train-whole.js";
import { spreadFlags } from "../dist/core/spread-scores.js";
import { makeRng } from "../dist/numeric/random.js";
import { methodOf } from "../dist/study/config.js";
import { scanRows } from "../dist/study/scan/scan-rows.js";
import { families } from "./parts/clean-families.mjs";
import { tablesIn } from "./parts/folder-tables.mjs";

const { values: options } = parseArgs({
  options: {
    families: { type: "string", default: Object.keys(families).join(",") },
    draws: { type: "string", default: "10" },
    effort: { type: "string", default: "full" },
    learner: { type: "string" },
    folder: { type: "string" },
    rows: { type: "string", default: "1000" },
    skip: { type: "string", default: "0" },
    take: { type: "string", default: "1000" },
    target: { type: "string", default: "classes" },
  },
});

if (options.folder !== undefined) await judgeFolder(options.folder);
else await judgeFamilies();

async function judgeFamilies() {
  console.log("family          rows   detector               flags in  innocents a draw  silent  stated                   highest draw");
  for (const name of options.families.split(",")) await judge(name, families[name]);
}

async function judgeFolder(folder) {
  const shares = new Map();
  const part = { skip: Number(options.skip), take: Number(options.take) };
  for (const { name, make } of await tablesIn(folder, options.target, part)) {
    const table = await make(makeRng("folder").fork(name), Number(options.rows));
    const { rows, detectors } = await scanOf(table, 1);
    const flagged = rows.filter((row) => row.flagged).length;
    const by = detectors.filter(({ flaggedRows, silence }) => silence === null && (flaggedRows ?? 0) > 0);
    for (const [id, count] of [["all together", flagged], ...by.map(({ id, flaggedRows }) => [id, flaggedRows])]) {
      if (!shares.has(id)) shares.set(id, new Map());
      shares.get(id).set(name, (100 * count) / rows.length);
    }
    console.log(
      `${name.padEnd(40)} ${String(rows.length).padEnd(6)} ${String(flagged).padEnd(5)} ${by.map((told) => `${told.id} ${told.flaggedRows}`).join(", ")}`,
    );
  }
  const judged = shares.get("all together")?.size ?? 0;
  console.log("");
  for (const [id, own] of shares) {
    const all = [...own.values()];
    const above = all.filter((share) => share > 2).length;
    const mean = all.reduce((sum, share) => sum + share, 0) / judged;
    console.log(
      `${id.padEnd(24)} ${mean.toFixed(2)} % of the rows of ${judged} tables on average, ${Math.max(...all).toFixed(1)} % at most, above 2 % in ${above}`,
    );
  }
}

async function judge(name, { held, make }) {
  const before = process.cpuUsage();
  const found = new Map();
  let size = 0;
  for (let draw = 0; draw < Number(options.draws); draw++) {
    const { table, wrong } = make(makeRng(77_000 + draw));
    size = table.rows;
    const { rows, detectors, expectedFalseAlarms, flaggedBy } = await scanOf(table, draw);
    const innocent = (row) => !wrong.has(row);
    for (const { id, hasRule, silence, expectedFalseAlarms: stated } of detectors)
      if (hasRule) note(found, id, flaggedBy(id).filter(innocent).length, stated, silence !== null);
    note(found, "all together", rows.filter((row) => row.flagged && innocent(row.row)).length, expectedFalseAlarms);
  }
  for (const [id, draws] of found) {
    const mean = (of) => of.reduce((sum, value) => sum + value, 0) / draws.length;
    const measured = mean(draws.map((draw) => draw.count));
    if (measured === 0 && id !== "all together") continue;
    const known = draws.filter((draw) => draw.stated !== null);
    const ofKnown = known.reduce((sum, draw) => sum + draw.count, 0) / known.length;
    const stated = `${(known.reduce((sum, draw) => sum + draw.stated, 0) / known.length).toFixed(2)}${known.length < draws.length ? ` against ${ofKnown.toFixed(2)} in ${known.length}` : ""}`;
    console.log(
      [
        `${name}${held ? " (held)" : ""}`.padEnd(15),
        String(size).padEnd(6),
        id.padEnd(22),
        `${draws.filter((draw) => draw.count > 0).length} of ${draws.length}`.padEnd(9),
        measured.toFixed(2).padEnd(17),
        String(draws.filter((draw) => draw.isSilent).length).padEnd(7),
        (known.length === 0 ? "unknown" : stated).padEnd(24),
        Math.max(...draws.map((draw) => draw.count)),
      ].join(" "),
    );
  }
  const { user, system } = process.cpuUsage(before);
  console.error(`${name}: ${((user + system) / 1e6).toFixed(0)} s CPU`);
}

function note(found, id, count, stated, isSilent = false) {
  if (!found.has(id)) found.set(id, []);
  found.get(id).push({ count, stated, isSilent });
}

/** What `theriac scan` does with a table that is read already. */
async function scanOf(table, seed) {
  const config = { effort: options.effort, ...(options.learner === undefined ? {} : { learner: options.learner }) };
  const { learner, sharing, setting } = resolveLearning(config, table);
  const detectors = resolveDetectors(config, targetOf(table).kind, [setting], ["row", "source", "task"], "scan")
    .map(({ id, params }) => ({ method: methodOf("detector", catalog.detectors, id), params }))
    .filter(({ method }) => method.flags === true && (method.subject !== "source" || table.roles.source !== null));
  const encoder = resolveParams("encoder", encoderParams);
  const { rng, clean, pipeline } = await tuneOnWhole(table, { encoder, learner, sharing, firstSeed: seed });
  const encoded = pipeline.encode(clean, null);
  const flags = new Map();
  // Each rule is heard for itself, so that none is silenced by what the others flag.
  const heard = detectors.map(({ method, params }) => ({
    params,
    method: {
      ...method,
      async score(data, context) {
        const scores = await method.score(data, context);
        const spread = scores.flagged === undefined ? [] : spreadFlags(method.subject, scores.flagged, data);
        flags.set(
          method.id,
          Array.from(data.row).filter((_, i) => spread[i] === 1),
        );
        return scores;
      },
    },
  }));
  const result = await scanRows(encoded, pipeline, heard, { rng: rng.fork("scan"), trusted: null });
  return { ...result, flaggedBy: (id) => flags.get(id) ?? [] };
}
