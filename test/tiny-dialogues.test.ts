import { expect, it } from "vitest";
import { catalog } from "../src/catalog.ts";
import { answerRoles } from "../src/core/dialogues.ts";
import { resolveParams } from "../src/core/params.ts";
import { makeRng } from "../src/numeric/random.ts";
import { dialoguesOf } from "./written-dialogues.ts";

/** Detectors of what one record shows by itself. */
const ofOneRecord = new Set(["broken-answers", "hidden-characters", "instructions-in-data"]);
const made = [
  dialoguesOf(
    Array.from({ length: 8 }, (_, i) => ({ prompt: `how is the weather in town ${i}`, answer: `it is ${i} degrees there today` })),
  ),
  dialoguesOf(Array.from({ length: 8 }, (_, i) => ({ answer: `a text about town ${i} and its weather`, role: "text" as const }))),
  dialoguesOf(
    Array.from({ length: 8 }, (_, i) => ({
      prompt: `what of town ${i >> 1}`,
      answer: `it is ${i}`,
      role: answerRoles[1 + (i % 2)],
      record: i >> 1,
    })),
  ),
];

it.each(catalog.dialogues.detectors.filter(({ id }) => !ofOneRecord.has(id)).map((detector) => [detector.id, detector] as const))(
  "%s refuses a file of eight records, or says that its silence means nothing",
  async (id, detector) => {
    for (const dialogues of made) {
      const refusal = detector.refuses?.(dialogues) ?? null;
      if (refusal !== null) continue;
      const { groups, notes = [] } = await detector.score(dialogues, { rng: makeRng(1), params: resolveParams(id, detector.params) });
      expect(groups.filter(({ isWeak }) => isWeak !== true)).toEqual([]);
      expect(notes.some((note) => /too few/.test(note))).toBe(true);
    }
  },
);
