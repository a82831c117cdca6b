import { expect, it } from "vitest";
import type { Detector } from "../../core/detector.ts";
import { NumericalError } from "../../core/errors.ts";
import { loss } from "../../detectors/labels/loss.ts";
import type { Suspicions } from "./run-detector.ts";
import { suspectedShare } from "./suspected-share.ts";

const detector = (id: string, more: Partial<Detector> = {}) => ({ method: { ...loss, id, ...more } as Detector, params: {} });
const flagging = (count: number, expectedFalseAlarms: number | null): Suspicions => ({
  scores: new Float64Array(100),
  flagged: Uint8Array.from({ length: 100 }, (_, i) => Number(i < count)),
  expectedFalseAlarms,
});

it("is the most that a detector flags beyond the false alarms that it expects", async () => {
  const said: Record<string, Suspicions> = { a: flagging(8, 3), b: flagging(12, 2), silent: flagging(50, null), all: flagging(60, 0) };
  const ask = (one: { method: Detector }): Promise<Suspicions> =>
    one.method.id in said ? Promise.resolve(said[one.method.id]) : Promise.reject(new NumericalError("gives out"));
  const asked = [detector("a"), detector("b"), detector("silent"), detector("broken"), detector("all", { combines: true })];
  expect(await suspectedShare(asked, ask)).toEqual({ share: 0.1 });
  expect(await suspectedShare([detector("silent"), detector("broken")], ask)).toBeNull();
  expect(await suspectedShare([detector("a", { flags: false })], ask)).toBeNull();
});
