import type { Table } from "../src/core/table.ts";
import { type Rng, makeRng } from "../src/numeric/random.ts";

const syllables = "ba dor ke lim nu pra quo ris sta tev vo xan zil mo fre и ло мар кус тен".split(" ");

/**
 * Honest titles of a few words in a made-up language: words that nearly decide about their label, others that say nothing, a word that turns the next one round, idioms, and
 * texts that many write alike. How many classes, how long and how polar is drawn by seed.
 */
export function polarTexts(rows: number, seed: number): { readonly texts: string[]; readonly y: Float64Array; readonly classes: number } {
  const draw = makeRng("polar texts").fork(seed);
  const one = <T>(list: readonly T[]): T => list[draw.integer(list.length)];
  const classes = one([2, 2, 2, 3, 4]);
  const [longer, turned, repeated] = [one([1, 2, 4]), one([0, 0.1, 0.3]), one([0, 0.1, 0.2])];
  const surest = one([1.5, 3, 5]);
  const words = Array.from({ length: one([30, 100, 400]) }, () => ({ word: madeUp(draw), of: draw.integer(classes), weight: 0.0 }));
  for (const polar of words) polar.weight = surest * draw.uniform();
  const fillers = Array.from({ length: one([20, 200]) }, () => madeUp(draw));
  const idioms = Array.from({ length: 10 }, (_, n) => ({ text: `${one(words).word} ${one(fillers)}`, of: n % classes }));
  const [texts, y] = [[] as string[], new Float64Array(rows)];
  /** Of a list of falling frequency. */
  const usual = <T>(list: readonly T[]): T => list[Math.min(list.length - 1, Math.floor(list.length ** draw.uniform()) - 1)];
  for (let i = 0; i < rows; i++) {
    if (i > 20 && draw.uniform() < repeated) {
      const before = draw.integer(20);
      [texts[i], y[i]] = [texts[before], y[before]];
      continue;
    }
    y[i] = draw.integer(classes);
    const said: string[] = [];
    for (let length = 1 + Math.floor(-longer * Math.log(draw.uniform())); said.length < length;) {
      const isTurned = draw.uniform() < turned;
      const polar = usual(words);
      if (draw.uniform() < 0.4) said.push(usual(fillers));
      else if (draw.uniform() < 0.05) said.push(one(idioms.filter(({ of }) => of === y[i] || draw.uniform() < 0.05)).text);
      else if (draw.uniform() < Math.exp(polar.weight * (Number((polar.of === y[i]) !== isTurned) - 1)))
        said.push(...(isTurned ? ["nix"] : []), polar.word);
    }
    texts[i] = said.join(" ");
  }
  return { texts, y, classes };
}

function madeUp(draw: Rng): string {
  return Array.from({ length: 1 + draw.integer(3) }, () => syllables[draw.integer(syllables.length)]).join("");
}

/** One column of texts with their labels. */
export function tableOfTexts(texts: readonly string[], y: Float64Array, names: readonly string[]): Table {
  return {
    rows: texts.length,
    columns: [
      { kind: "text", name: "text", codes: Int32Array.from(texts.keys()), names: [...texts] },
      { kind: "category", name: "label", codes: Int32Array.from(y), names: [...names] },
    ],
    roles: { labels: ["label"], features: ["text"], task: null, source: null, id: null },
  };
}
