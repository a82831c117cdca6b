import { expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { fewestGains } from "./fewest-gains.ts";

it("finds what a sort finds, with ties and without, for whole numbers and fractions", () => {
  const rng = makeRng("fewest gains");
  for (let trial = 0; trial < 3000; trial++) {
    const count = 1 + rng.integer(trial % 3 === 0 ? 400 : 40);
    const whole = trial % 2 === 0;
    const gains = Float64Array.from({ length: count }, () => (whole ? rng.integer(4) : rng.integer(1 << 20) / 1024));
    const total = gains.reduce((sum, gain) => sum + gain, 0);
    const target = whole ? rng.integer(total + 3) : (rng.integer(1000) / 990) * total;
    let sum = 0;
    let expected = target <= 0 ? 0 : Infinity;
    gains
      .toSorted()
      .reverse()
      .forEach((gain, i) => {
        sum += gain;
        if (expected === Infinity && sum >= target) expected = i + 1;
      });
    expect(fewestGains(gains.slice(), count, target)).toBe(expected);
  }
});
