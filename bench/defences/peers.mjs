// What other packages rank first beside our detectors, on the same encoded rows: scikit-learn, cleanlab, and the poisoning defences of the Adversarial Robustness Toolbox (ART) that take such rows.
//   THERIAC_PYTHON=venv/bin/python node bench/defences/peers.mjs [--seeds 2] [--first 50] [--rows 300] [--sets …] [--shapes …] [--each]
// The venv: pip install scikit-learn cleanlab adversarial-robustness-toolbox packaging. Without THERIAC_PYTHON nothing is run; what a peer cannot run is left blank, with the reason.
// P: true ones among as many first rows as are poisoned, ties shared evenly. AUC: how often a poisoned row stands above another. Sets and shapes: bench/parts/ranked-scenes.mjs.
// quick, standard: our one ranking at that effort. best single: of our detectors up to standard effort the best in that run, which is partly luck; one single: the one detector that is
// best on average over everything here. lof-in-class: among rows of the same label. self-confidence: of a five-fold logistic regression; cleanlab: find_label_issues on the same chances.
// The defences of ART that ask for a network get a MLPClassifier of scikit-learn (64 units); art-roni gets 100 clean rows that nobody else gets, and its rule rejects rows that
// raise accuracy; art-roni-turned: the same with accuracy counted down, so that it rejects those that lower it, as its paper says. --each: P of every run on a line of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { areaUnderCurve } from "../../dist/numeric/orders/ranks.js";
import { writeForPeers } from "../parts/data.mjs";
import { poisoned, rankings, sceneOf, standard } from "../parts/ranked-scenes.mjs";
import { startPeers } from "../peers.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "2" },
    first: { type: "string", default: "50" },
    rows: { type: "string", default: "300" },
    sets: { type: "string", default: "breast-cancer,spambase,sms,moons,linear sure,hard three classes" },
    shapes: { type: "string", default: "uniform 5,uniform 20,confident,near-copies,extreme,optimised" },
    each: { type: "boolean", default: false },
  },
});
const shapes = options.shapes.split(",");
const python = process.env["THERIAC_PYTHON"] ?? "";
const peers = python === "" ? null : await startPeers({ script: join(import.meta.dirname, "peers.py"), python });
if (peers === null) {
  console.log(`peers skipped: THERIAC_PYTHON ${python === "" ? "is not set" : "names no Python that has scikit-learn"}`);
} else {
  const folder = mkdtempSync(join(tmpdir(), "theriac-peers-"));
  const runs = [];
  const blanks = new Map();
  try {
    console.log(
      Object.entries(peers.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    );
    for (const name of options.sets.split(","))
      for (let seed = Number(options.first); seed < Number(options.first) + Number(options.seeds); seed++)
        for (const shape of shapes) await judge(name, seed, shape);
  } finally {
    peers.close();
    rmSync(folder, { recursive: true });
  }
  summarise(runs, blanks);

  async function judge(name, seed, shape) {
    let scene;
    try {
      scene = await sceneOf("peers", name, seed, Number(options.rows));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
      blanks.set(name, "the set is not there");
      return;
    }
    const { encoded, isWrong } = await poisoned(scene, shape);
    const { voices, scores } = await rankings(scene, encoded, seed);
    const trusted = encoded.encoder.encode(scene.clean.table, scene.testRows);
    const answers = await peers.ask({
      peer: `${name}, ${shape}, seed ${seed}`,
      folder: writeForPeers(join(folder, "rows"), { data: encoded.data }),
      trusted: writeForPeers(join(folder, "trusted"), { data: trusted }),
      classes: encoded.data.target.names.length,
      seed,
    });
    const measured = (values) => ({
      precision: precisionAtSize(values, isWrong),
      area: areaUnderCurve(Float64Array.from(values), (i) => isWrong.has(i)),
    });
    const found = { quick: measured(scores.quick), standard: measured(scores.standard) };
    const singles = Object.fromEntries(voices.map(({ method, values }) => [method.id, measured(values)]));
    for (const [peer, { scores: values, blank }] of Object.entries(answers)) {
      found[peer] = values === undefined ? null : measured(values);
      if (values === undefined) blanks.set(peer, blank);
    }
    runs.push({ name, shape, singles, found });
    if (!options.each) return;
    const best = Object.entries(singles).reduce((a, b) => (b[1].precision > a[1].precision ? b : a));
    const told = Object.entries({ ...found, [`best single ${best[0]}`]: best[1] }).filter(([, said]) => said !== null);
    console.log(`${name}, ${shape}, seed ${seed}: ${told.map(([who, { precision }]) => `${who} ${precision.toFixed(2)}`).join(", ")}`);
  }
}

/** Rows of equal score at the cut count by their share. */
function precisionAtSize(values, isWrong) {
  const size = isWrong.size;
  const cut = Array.from(values).sort((a, b) => b - a)[size - 1];
  let [above, level, hits, levelHits] = [0, 0, 0, 0];
  values.forEach((value, i) => {
    if (value > cut) {
      above++;
      hits += Number(isWrong.has(i));
    } else if (value === cut) {
      level++;
      levelHits += Number(isWrong.has(i));
    }
  });
  return (hits + ((size - above) * levelHits) / level) / size;
}

function summarise(runs, blanks) {
  if (runs.length > 0) {
    const meanOf = (some, figure) => {
      const known = some.filter((said) => said !== null && said !== undefined);
      return known.length === 0 ? null : known.reduce((sum, said) => sum + said[figure], 0) / known.length;
    };
    const bestOf = (singles, figure) => Object.values(singles).reduce((a, b) => (b[figure] > a[figure] ? b : a));
    const one = standard
      .map(({ id }) => ({ id, mean: runs.reduce((sum, { singles }) => sum + (singles[id]?.precision ?? 0), 0) }))
      .reduce((a, b) => (b.mean > a.mean ? b : a)).id;
    const { quick, standard: learned, ...others } = runs[0].found;
    const columns = {
      quick: ({ found }) => found.quick,
      standard: ({ found }) => found.standard,
      "best single": ({ singles }, figure) => bestOf(singles, figure),
      [`one single: ${one}`]: ({ singles }) => singles[one] ?? { precision: 0, area: 0.5 },
      ...Object.fromEntries(Object.keys(others).map((peer) => [peer, ({ found }) => found[peer]])),
    };
    console.log("\nmean over sets and seeds: P, AUC (in brackets how many runs, where not all)");
    console.log(`| | ${shapes.join(" | ")} | all |\n|---|${"---|".repeat(shapes.length + 1)}`);
    for (const [column, pick] of Object.entries(columns)) {
      const cells = [...shapes, null].map((shape) => {
        const own = runs.filter((run) => shape === null || run.shape === shape);
        const [precision, area] = ["precision", "area"].map((figure) =>
          meanOf(
            own.map((run) => pick(run, figure)),
            figure,
          ),
        );
        if (precision === null) return "";
        const count = own.filter((run) => pick(run, "precision") !== null).length;
        return `${precision.toFixed(2)}, ${area.toFixed(2)}${count < own.length ? ` (${count})` : ""}`;
      });
      console.log(`| ${column} | ${cells.join(" | ")} |`);
    }
    console.log("");
  }
  for (const [who, reason] of blanks) console.log(`blank, at least in part: ${who}: ${reason}`);
}
