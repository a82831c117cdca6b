// A network's base model pretrained on some rows and learned from on others; shared by collisions.mjs and upstream.mjs.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { catalog } from "../../dist/catalog.js";
import { findBreach } from "../../dist/core/patch.js";
import { predict } from "../../dist/core/learner.js";
import { resolveParams } from "../../dist/core/params.js";
import { encoderParams, makeEncoder } from "../../dist/data/encoder.js";
import { readTable } from "../../dist/node/read/read-table.js";
import { meanInterval } from "../../dist/numeric/statistics/intervals.js";
import { makeRng } from "../../dist/numeric/random.js";
import { makePipeline } from "../../dist/study/table/make-pipeline.js";
import { pretrain } from "../../dist/study/table/pretraining.js";

const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../../shared/data");
export const reach = { attackTasks: null, targetTasks: null };

/** How many rows each part gets: what the base model is pretrained on, another sample of an attacker's own, what is learned from, what is tested on. */
const sets = {
  mnist: { request: { data: `${folder}/mnist/t10k-images-idx3-ubyte.gz` }, parts: { base: 6000, other: 1000, own: 500, test: 2000 } },
  digits: {
    request: { data: `${folder}/digits/digits.csv.gz`, labels: ["65"], predict: "classes", header: false },
    parts: { base: 800, other: 300, own: 200, test: 400 },
  },
};

/** The table and the parts of a set by its name; null where it is not here. */
export async function readSet(name) {
  const { request, parts } = sets[name];
  if (!existsSync(request.data)) return null;
  const { table } = await readTable({ labels: [], text: [], features: [], drop: [], ...request });
  return { table, parts };
}

/** Rows of each part, drawn anew for each seed; `isBase`, `isOwn`: which rows may be pretrained on, and learned from and tested on. */
export function dealParts({ table, parts }, rng, isBase = () => true, isOwn = () => true) {
  const order = [...rng.fork("parts").sample(table.rows, table.rows)];
  const take = (count, fits) => {
    const taken = order.filter(fits).slice(0, count);
    const gone = new Set(taken);
    order.splice(0, order.length, ...order.filter((row) => !gone.has(row)));
    return Int32Array.from(taken);
  };
  return { base: take(parts.base, isBase), other: take(parts.other, isBase), own: take(parts.own, isOwn), test: take(parts.test, isOwn) };
}

export const learner = catalog.learners.find(({ id }) => id === "encoder-head");

/** Somebody's base model on these rows of a table. */
export function baseOn(table, rows, rng) {
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), table);
  return pretrain({ table, rows }, { encoder, learner, params: resolveParams(learner.id, learner.params) }, { rng });
}

/** A pipeline with these settings on a ground, its weight decay tuned on the rows that it learns from. */
export async function pipelineOn(ground, clean, settings, rng, tuned) {
  const given = resolveParams(learner.id, learner.params, settings);
  const data = ground.encoder.fit(clean.table, clean.rows).encode(clean.table, clean.rows);
  const learnerParams = tuned ?? (await ground.learner.tune(data, { rng: rng.fork("tune"), params: given }));
  return makePipeline({ ...ground, fittedOn: "frozen", learnerParams, repair: null });
}

export function attackOf(id) {
  return catalog.attacks.find((attack) => attack.id === id);
}

export function refuseBreach(input) {
  const breach = findBreach({ ...input, reach });
  if (breach !== null) throw new Error(breach);
}

export function accuracyOf({ model }, data) {
  const answers = predict(model, data);
  return answers.filter((answer, i) => answer === data.y[i]).length / answers.length;
}

const show = ({ value, low, high }) => `${value.toFixed(3)} [${low?.toFixed(3)}, ${high?.toFixed(3)}]`;
/** The mean over seeds with its 95 % interval, which ends where a share does where these are shares. */
export const meanText = (values, range) => (values.length === 0 ? "–" : show(meanInterval(values, range)));
