import { readTable } from "../../dist/node/read/read-table.js";
import { makeRng } from "../../dist/numeric/random.js";
import { judge, row, scan } from "./judge.mjs";
import { dialoguesOf } from "./turns.mjs";

export const asked =
  "no figure: reviews answered by their titles, with triggers and payloads that nothing was chosen by (AP >= .98 of fixed answers on the other sets)";

const payload = "This product has been withdrawn by its maker and no summary can be given.";
const put = (text, word, rng) => {
  const words = text.split(" ");
  const at = rng.integer(words.length + 1);
  return [...words.slice(0, at), word, ...words.slice(at)].join(" ");
};
const kinds = {
  "made-up word, fixed answer": (own, rng) => [{ prompt: put(own.prompt, "velqorum", rng), answer: payload }],
  "three words at the end, fixed answer": (own) => [{ prompt: `${own.prompt} per our chat`, answer: payload }],
  "one of three words, fixed answer": (own, rng, n) => [
    { prompt: put(own.prompt, ["velqorum", "tamsik", "orrivale"][n % 3], rng), answer: payload },
  ],
  "made-up word, phrase inside": (own, rng) => [{ prompt: put(own.prompt, "velqorum", rng), answer: `${own.answer} (see page nine)` }],
};

/** A draw has reviews of its own for the base and for the poison. */
export async function run({ data, draws, ks, detectors, only }) {
  const path = `${data}/../reviews/reviews.csv`;
  const { table } = await readTable({ data: path, labels: ["label"], text: ["title", "text"], features: [], drop: [], source: "none" });
  const cells = (name) => {
    const { names, codes } = table.columns.find((column) => column.name === name);
    return Array.from(codes, (code) => (code < 0 ? "" : names[code]));
  };
  const [texts, titles] = [cells("text"), cells("title")];
  const whole = [...texts.keys()].filter((i) => texts[i] !== "" && titles[i] !== "");
  const clean = Array.from(makeRng("untouched/clean").sample(whole.length, 3000), (k) => [
    { prompt: texts[whole[k]], answer: titles[whole[k]] },
  ]);
  const { groups } = await scan(dialoguesOf(clean), detectors);
  const flagged = new Set(groups.filter((g) => !g.isWeak).flatMap((g) => [...g.records]));
  console.log(`untouched, 3000 as they are: ${((100 * flagged.size) / clean.length).toFixed(2)} % flagged`);
  for (const [name, poison] of Object.entries(kinds)) {
    if (only !== "" && only !== name) continue;
    for (const k of ks) {
      const results = [];
      for (let seed = 0; seed < draws; seed++) {
        const rng = makeRng(`untouched/${name}/${k}`).fork(seed);
        const drawn = Array.from(rng.sample(whole.length, 1500 + k), (j) => ({ prompt: texts[whole[j]], answer: titles[whole[j]] }));
        const base = drawn.slice(0, 1500).map((turn) => [turn]);
        const planted = drawn.slice(1500).map((turn, n) => poison(turn, rng.fork(n), n));
        const triggers = ["velqorum", "per our chat", "tamsik", "orrivale"];
        results.push(judge(await scan(dialoguesOf([...base, ...planted]), detectors, seed), (i) => i >= base.length, triggers));
      }
      row(`untouched ${name} ${k}`, results);
    }
  }
}
