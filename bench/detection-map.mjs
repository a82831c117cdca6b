// What finds and what mends each attack of the catalog, on real sets, written to docs/detection-map.json, from which the methods page is made.
// node bench/detection-map.mjs [ROWS] [SEEDS] [SETS, as in reviews,house: the others stay as they were]
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { makeRng } from "../dist/numeric/random.js";
import { audit } from "../dist/node/audit.js";

const [rows = "1000", seeds = "3", only] = process.argv.slice(2);
const mapFile = "docs/detection-map.json";
const shared = "../shared/data";
const sets = [
  {
    name: "reviews",
    what: "texts, two classes",
    file: `${shared}/reviews/reviews.csv`,
    header: true,
    data: { labels: ["label"], text: ["title", "text"], task: "domain", source: "account" },
  },
  {
    name: "spambase",
    what: "numbers, two classes",
    file: `${shared}/spambase/spambase.data`,
    header: false,
    data: { labels: ["58"], header: false, format: "csv", predict: "classes" },
  },
  {
    name: "digits",
    what: "images of 8 × 8, ten classes, a network on a base model that was trained on half of the rows; 5 % verified rows",
    file: `${shared}/digits/digits.csv.gz`,
    header: false,
    data: { labels: ["65"], header: false, format: "csv", predict: "classes" },
    more: { learner: { id: "encoder-head", params: { tuning: "fine-tune" } }, pretraining: 0.5, trustedFraction: 0.05, effort: "standard" },
  },
  { name: "house", what: "numbers, a number", file: `${shared}/house/house.csv`, header: true, data: { labels: ["SalePrice"] } },
];
const budget = 0.05;
const folder = mkdtempSync(join(tmpdir(), "detection-map-"));
const out = { command: `node bench/detection-map.mjs ${rows} ${seeds}`, budget, seeds: Number(seeds), rows: Number(rows), sets: [] };
const before = existsSync(mapFile) ? JSON.parse(readFileSync(mapFile, "utf8")).sets : [];
try {
  for (const { name, what, file, header, data, more = {} } of sets) {
    const known = before.find((set) => set.name === name);
    if (!existsSync(file) || (only !== undefined && !only.split(",").includes(name))) {
      console.error(`${name}: ${existsSync(file) ? "not asked for" : `${file} is not here`}, so it is left as it was`);
      if (known !== undefined) out.sets.push(known);
      continue;
    }
    const path = join(folder, `${name}.csv`);
    writeSample(file, path, header, Number(rows));
    const result = await audit(
      { data: { path, ...data }, effort: "full", budgets: [budget], seeds: Number(seeds), out: join(folder, name), ...more },
      { onProgress: (done, total) => done % 50 === 0 && console.error(`${name}: ${done} of ${total}`) },
    );
    out.sets.push({ name, what, ...mapOf(result.summary) });
  }
  writeFileSync(mapFile, `${JSON.stringify(out, null, 1)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Records on one line each, as these sets have them; drawn without replacement, in the order of the file. */
function writeSample(from, to, header, count) {
  const lines = (from.endsWith(".gz") ? gunzipSync(readFileSync(from)).toString() : readFileSync(from, "utf8")).trimEnd().split("\n");
  const head = header ? [lines.shift()] : [];
  const whole = [];
  for (const line of lines) {
    const open = whole.length > 0 && (whole[whole.length - 1].split('"').length - 1) % 2 === 1;
    if (open) whole[whole.length - 1] += `\n${line}`;
    else whole.push(line);
  }
  const drawn = [...makeRng("detection-map").sample(whole.length, Math.min(count, whole.length))].sort((a, b) => a - b);
  writeFileSync(to, `${[...head, ...drawn.map((k) => whole[k])].join("\n")}\n`);
}

function mapOf({ entries, detections, damageMetric }) {
  const none = damageMetric.endsWith("Ratio") ? 1 : 0;
  const attacks = [...new Set(entries.flatMap(({ attack }) => (attack === null ? [] : [attack])))];
  return {
    damageMetric,
    // Of clean data, what each repair loses there.
    costs: Object.fromEntries(
      entries
        .filter((entry) => entry.attack === null && entry.repair !== "none" && entry.metric === damageMetric)
        .map(({ repair, figure }) => [repair, figure]),
    ),
    attacks: attacks.map((attack) => {
      const own = entries.filter((entry) => entry.attack === attack);
      const metric = { backdoor: "attackSuccessRate", targeted: "targetErrorRise" }[own[0].goal] ?? damageMetric;
      const base = metric === damageMetric ? none : 0;
      const figureOf = (repair) => own.find((entry) => entry.repair === repair && entry.metric === metric)?.figure ?? null;
      const bare = figureOf("none");
      const hurts = bare !== null && bare.low !== null && bare.low > base;
      return {
        attack,
        access: own[0].access,
        metric,
        damage: bare,
        detectors: Object.fromEntries(
          detections.filter((entry) => entry.attack === attack && entry.auc !== null).map(({ detector, auc }) => [detector, auc]),
        ),
        // Of the damage, the share that is gone with the repair; nothing is said where there was none to speak of.
        repairs: Object.fromEntries(
          (hurts ? [...new Set(own.map(({ repair }) => repair))].filter((repair) => repair !== "none") : []).flatMap((repair) => {
            const left = figureOf(repair);
            return left === null ? [] : [[repair, (bare.value - left.value) / (bare.value - base)]];
          }),
        ),
      };
    }),
  };
}
