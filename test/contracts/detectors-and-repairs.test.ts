import fc from "fast-check";
import { describe, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { holdDetector } from "../../src/node/contract/check-detector.ts";
import { holdRepair } from "../../src/node/contract/check-repair.ts";
import { canTry, encodeShape } from "../../src/node/contract/learning.ts";
import { tableShapes } from "./arbitrary-table.ts";

describe.each(catalog.detectors.map((detector) => [detector.id, detector] as const))("detector %s", (_, detector) => {
  it("gives every subject one finite score, the same from the same seed, and leaves the data alone", async () => {
    await fc.assert(
      fc.asyncProperty(
        tableShapes.filter((shape) => canTry(detector, encodeShape(shape).data)),
        fc.nat(),
        (shape, seed) => holdDetector(detector, shape, seed),
      ),
      { numRuns: 20 },
    );
  });
});

describe.each(catalog.repairs.map((repair) => [repair.id, repair] as const))("repair %s", (_, repair) => {
  it("invents no rows, loses no class, and leaves the data alone", async () => {
    await fc.assert(
      fc.asyncProperty(
        tableShapes.filter((shape) => canTry(repair, encodeShape(shape).data)),
        fc.nat(),
        (shape, seed) => holdRepair(repair, shape, seed),
      ),
      { numRuns: 20 },
    );
  });
});
