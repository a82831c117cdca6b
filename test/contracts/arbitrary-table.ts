import fc from "fast-check";
import { type TableShape, shapeTargets } from "../../src/node/contract/small-tables.ts";

export const tableShapes: fc.Arbitrary<TableShape> = fc.record({
  rows: fc.integer({ min: 12, max: 40 }),
  target: fc.constantFrom(...shapeTargets),
  text: fc.boolean(),
  tasks: fc.boolean(),
  sources: fc.boolean(),
  seed: fc.nat({ max: 1_000_000 }),
});

/** Shapes among which are those that an attack may not expect. */
export const oddShapes: fc.Arbitrary<TableShape> = fc
  .record({ shape: tableShapes, allEqual: fc.boolean(), loneRow: fc.boolean() })
  .map(({ shape, allEqual, loneRow }) => ({ ...shape, allEqual, loneRow }));
