// Somebody else's training, run as a command: what of the damage to a surrogate reaches it, and what it gains to be started once.
//   THERIAC_PYTHON=venv/bin/python node bench/training-commands.mjs [--seeds 4] [--first-seed 0] [--only spambase,reviews,slow] [--starts 3] [--jobs 2]
// spambase: the adapter of theriac init --learner python as it is, a random forest. reviews: the same with TF-IDF and naive Bayes in build(). slow: the second on 1,000
// reviews, with so many seconds of sleep before anything is imported, started for every trial and once.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { adapters } from "../dist/node/command/adapters.js";
import { audit } from "../dist/node/audit.js";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "4" },
    "first-seed": { type: "string", default: "0" },
    only: { type: "string", default: "spambase,reviews,slow" },
    starts: { type: "string", default: "3" },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
});
const shared = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data");
const python = resolve(process.env.THERIAC_PYTHON ?? "/usr/bin/python3");
const folder = mkdtempSync(join(tmpdir(), "training-commands-"));
const seeds = Number(options.seeds);

const forest = adapters.python.text;
const bayes = forest
  .replace(/^ {4}forest = .*\n/m, "")
  .replace(/make_pipeline\(columns, .*\)$/m, "make_pipeline(columns, MultinomialNB())")
  .replace("from sklearn.pipeline", "from sklearn.naive_bayes import MultinomialNB\nfrom sklearn.pipeline");
const files = {
  "forest.py": forest,
  "bayes.py": bayes,
  "slow.py": `import time\ntime.sleep(${Number(options.starts)})\n${bayes}`,
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

const show = ({ value, low, high }) => `${value.toFixed(3)} [${low?.toFixed(3)}, ${high?.toFixed(3)}]`;
const study = { seed: Number(options["first-seed"]), repairs: [], detectors: [] };
const command = (file, params = {}) => ({ learner: { id: "command", params: { run: [python, file], from: folder, ...params } } });

async function timed(config) {
  const started = performance.now();
  const result = await audit({ ...study, ...config }, { jobs: Number(options.jobs) });
  const failed = result.summary.failures;
  if (failed.length > 0) console.log(`${failed.length} trials failed: ${failed[0].error}`);
  return { seconds: (performance.now() - started) / 1000, summary: result.summary };
}

function tell(name, { seconds, summary }) {
  const { transfer, baseline, primaryMetric } = summary;
  console.log(
    `\n${name}: ${primaryMetric} ${show(baseline[primaryMetric])}; ${transfer.runs} runs in ${seconds.toFixed(0)} s; agreement ${transfer.surrogates.map(({ id, agreement }) => `${id} ${show(agreement)}`).join(", ")}`,
  );
  console.log("attack               budget  metric             surrogate                command");
  for (const { attack, budgetFraction, metric, onSurrogate, onLearner } of transfer.entries)
    console.log(
      `${attack.padEnd(20)} ${`${100 * budgetFraction} %`.padEnd(7)} ${metric.padEnd(18)} ${show(onSurrogate).padEnd(24)} ${show(onLearner)}`,
    );
}

const only = options.only.split(",");
try {
  if (only.includes("spambase"))
    tell(
      "random forest on spambase",
      await timed({
        data: { path: `${shared}/spambase/spambase.data`, header: false, labels: ["58"] },
        attacks: ["label-flip", "greedy-flip", "flipped-copies", "gradient-injection", "trigger-injection"],
        ...{ budgets: ["3%", "10%"], seeds, out: join(folder, "spambase") },
        ...command("forest.py"),
      }),
    );
  const reviews = { path: `${shared}/reviews/reviews.csv`, labels: ["label"], text: ["text"] };
  if (only.includes("reviews"))
    tell(
      "TF-IDF and naive Bayes on reviews",
      await timed({
        data: reviews,
        attacks: ["label-flip", "greedy-flip", "flipped-copies", "text-injection", "trigger-injection"],
        ...{ budgets: ["3%", "10%"], seeds, out: join(folder, "reviews") },
        ...command("bayes.py"),
      }),
    );
  if (only.includes("slow")) {
    const few = join(folder, "few.csv");
    const lines = Array.from({ length: 1000 }, (_, i) => {
      const isGood = i % 2 === 0;
      const words = Array.from({ length: 12 }, (_w, j) =>
        (i * 31 + j * 17) % 5 < 2 ? (isGood ? "great" : "awful") : `word${(i * 7 + j * 13) % 90}`,
      );
      return `${words.join(" ")},${isGood ? "good" : "bad"}`;
    });
    writeFileSync(few, `text,kind\n${lines.join("\n")}\n`);
    const asked = {
      data: { path: few, labels: ["kind"], text: ["text"] },
      attacks: ["label-flip", "flipped-copies"],
      budgets: ["1%", "3%", "5%", "10%", "20%"],
      seeds,
    };
    const each = await timed({ ...asked, ...command("slow.py"), out: join(folder, "each") });
    const served = await timed({ ...asked, ...command("slow.py", { mode: "long-lived" }), out: join(folder, "served") });
    const same = JSON.stringify(each.summary.entries) === JSON.stringify(served.summary.entries);
    console.log(
      `\nstarts for ${options.starts} s: ${each.summary.transfer.runs} runs in ${each.seconds.toFixed(1)} s started for every trial, ${served.seconds.toFixed(1)} s started once: ${(each.seconds / served.seconds).toFixed(1)} times as fast (asked: 5); figures ${same ? "the same" : "DIFFER"}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
