import { expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { wordsByRarity } from "./known-item.ts";

it("a question has words of its text in their order, rare ones far more often than those of all texts", () => {
  const texts = Array.from({ length: 50 }, (_, i) => `the and of rare${i} word${i % 5} end`);
  const { draw } = wordsByRarity(texts);
  const rng = makeRng("questions");
  let [rare, common] = [0, 0];
  for (let k = 0; k < 400; k++) {
    const words = draw(k % 50, 2, rng);
    expect(words.length).toBe(2);
    const places = words.map((one) => texts[k % 50].split(" ").indexOf(one));
    expect(places[0]).toBeGreaterThanOrEqual(0);
    expect(places[1]).toBeGreaterThan(places[0]);
    rare += words.includes(`rare${k % 50}`) ? 1 : 0;
    common += words.includes("the") ? 1 : 0;
  }
  expect(rare).toBeGreaterThan(360);
  expect(common).toBeLessThan(40);
  expect(wordsByRarity(["天地玄黄"]).draw(0, 9, rng)).toEqual(["天地", "地玄", "玄黄", "黄"]);
});
