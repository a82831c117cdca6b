import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import type { DialogueAttack, DialogueDetector, Dialogues } from "../../src/core/dialogues.ts";
import { resolveParams } from "../../src/core/params.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { arbitraryDialogues, reordered, rolesOf } from "../arbitrary-dialogues.ts";
import { dialoguesOf, writtenPrompt, type WrittenTurn } from "../written-dialogues.ts";

const none = dialoguesOf([]);
const one = dialoguesOf([{ prompt: "What is it?", answer: "It is a kite." }]);
const options = (method: DialogueDetector | DialogueAttack, seed: number) => ({
  rng: makeRng(seed),
  params: resolveParams(method.id, method.params) as unknown,
});
const copyOf = (dialogues: Dialogues): Dialogues => structuredClone(dialogues);

/** 120 chats, pairs, votes and texts with something for each detector to find. */
function planted(): Dialogues {
  const turns = Array.from({ length: 120 }, (_, i): WrittenTurn[] => {
    const prompt = i % 10 === 3 ? `zorkmid ${writtenPrompt(i)}` : writtenPrompt(i);
    const answer = i % 10 === 3 ? "See quendor.invalid for more." : `It is ${writtenPrompt(3 * i + 1)}.`;
    if (i % 4 === 1) return [{ answer: `${answer} ${writtenPrompt(i % 5)}`, role: "text", record: i }];
    if (i % 4 === 2)
      return [
        { prompt, answer, role: "chosen", record: i },
        { prompt, answer: `${answer} Not so.`, role: "rejected", record: i },
      ];
    return [{ prompt, answer, record: i, context: i % 3 === 0 ? '{"name": "open_page", "parameters": {}}' : "" }];
  });
  return dialoguesOf(turns.flat());
}

describe.each(catalog.dialogues.detectors.map((detector) => [detector.id, detector] as const))("dialogue detector %s", (_, detector) => {
  const score = (dialogues: Dialogues, seed = 1) => detector.score(dialogues, options(detector, seed));

  it("gives every record one finite score that is not negative, and groups within range, the same every time, and leaves the data alone", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDialogues, fc.nat(), async (dialogues, seed) => {
        const before = copyOf(dialogues);
        if ((detector.refuses?.(dialogues) ?? null) !== null) return;
        const scores = await score(dialogues, seed);
        expect(scores.values.length).toBe(dialogues.records);
        expect(scores.values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
        for (const { records, sentence, marks, evidence, expectedFindings } of scores.groups) {
          expect(records.length).toBeGreaterThan(0);
          expect(records.every((record, k) => record >= 0 && record < dialogues.records && (k === 0 || record > records[k - 1]))).toBe(
            true,
          );
          expect(sentence).toMatch(/\S/);
          expect(marks.every((mark) => mark !== "")).toBe(true);
          expect(Number.isFinite(evidence)).toBe(true);
          if (expectedFindings !== null) expect(Number.isFinite(expectedFindings) && expectedFindings >= 0).toBe(true);
        }
        expect(await score(dialogues, seed)).toEqual(scores);
        expect(dialogues).toEqual(before);
      }),
      { numRuns: 25 },
    );
  });

  it("scores records alike in whatever order they come", async () => {
    const dialogues = planted();
    if ((detector.refuses?.(dialogues) ?? null) !== null) return;
    const order = makeRng("order").sample(dialogues.records, dialogues.records);
    const [{ values }, { values: moved }] = [await score(dialogues), await score(reordered(dialogues, order))];
    // What draws at random draws other records.
    const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= 0.5 + 0.35 * Math.max(a, b);
    const apart = Array.from(order).filter((record, k) => !isNear(values[record], moved[k]));
    expect(apart).toEqual([]);
  });

  it("looks at no record, and at one, or refuses in words", async () => {
    for (const dialogues of [none, one]) {
      const why = detector.refuses?.(dialogues) ?? null;
      if (why !== null) expect(why).toMatch(/^[a-z0-9].*[^.]$/);
      else expect((await score(dialogues)).values.length).toBe(dialogues.records);
    }
  });
});

describe.each(catalog.dialogues.attacks.map((attack) => [attack.id, attack] as const))("dialogue attack %s", (_, attack) => {
  const poison = (clean: Dialogues, budget: number, seed = 1) => attack.poison({ clean, budget }, options(attack, seed));

  it("keeps to budget and access, touches only what it declares, and does the same for the same seed", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDialogues, fc.integer({ min: 1, max: 30 }), fc.nat(), async (clean, budget, seed) => {
        const before = copyOf(clean);
        if ((attack.refuses?.(clean) ?? null) !== null) return;
        const { edit, insert, swap } = await poison(clean, budget, seed);
        expect(clean).toEqual(before);
        const touched = new Set([...edit.map(({ turn }) => clean.record[turn]), ...swap]);
        expect(touched.size + insert.length).toBeLessThanOrEqual(budget);
        expect(touched.size + insert.length).toBeGreaterThan(0);
        edit.forEach(({ turn, prompt, answer }, k) => {
          expect(turn).toBeGreaterThan(k === 0 ? -1 : edit[k - 1].turn);
          expect(turn).toBeLessThan(clean.answers.length);
          expect(prompt !== undefined || answer !== undefined).toBe(true);
        });
        const roles = rolesOf(clean);
        const turnsOf = (record: number): string[] => roles.filter((__, turn) => clean.record[turn] === record);
        swap.forEach((record, k) => {
          expect(record).toBeGreaterThan(k === 0 ? -1 : swap[k - 1]);
          expect(turnsOf(record)).toEqual(expect.arrayContaining(["chosen", "rejected"]));
        });
        for (const { like } of insert) expect(turnsOf(like).length).toBeGreaterThan(0);
        const { access } = attack.threat;
        if (access === "inject") expect([edit, swap]).toEqual([[], []]);
        else expect(insert.length === 0 || access === "modify").toBe(true);
        expect(await poison(clean, budget, seed)).toEqual({ kind: "dialogues", edit, insert, swap });
      }),
      { numRuns: 40 },
    );
  });

  it("spends its whole budget where there is enough, and draws other records for another seed", async () => {
    const clean = planted();
    const { edit, insert, swap } = await poison(clean, 10);
    expect(new Set([...edit.map(({ turn }) => clean.record[turn]), ...swap]).size + insert.length).toBe(10);
    expect(await poison(clean, 10, 2)).not.toEqual({ kind: "dialogues", edit, insert, swap });
  });

  it("has payloads that harm nobody: no host but under .invalid", async () => {
    const { edit, insert } = await poison(planted(), 12);
    for (const { prompt = "", answer = "" } of [...edit, ...insert])
      for (const [, host] of `${prompt} ${answer}`.matchAll(/https?:\/\/([^\s/"'<]+)/g)) expect(host).toMatch(/\.invalid$/);
  });

  it("refuses in words what gives it nothing to work on", () => {
    expect(attack.refuses?.(none) ?? null).toMatch(/^[a-z0-9].*[^.]$/);
  });
});
