import { makeRng } from "../../numeric/random.ts";

/** Which models learn from part h: those of h + s for these distinct s, drawn without the data. Shape: [spread]. */
export function drawShifts(models: number, spread: number): Int32Array {
  return makeRng("shifts").sample(models, Math.min(spread, models)).sort();
}
