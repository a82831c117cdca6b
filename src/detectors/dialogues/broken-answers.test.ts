import { describe, expect, it } from "vitest";
import { dialoguesOf, writtenPrompt, type WrittenTurn } from "../../../test/written-dialogues.ts";
import { makeRng } from "../../numeric/random.ts";
import { brokenAnswers } from "./broken-answers.ts";

const scan = (turns: readonly WrittenTurn[], faults?: ReadonlyMap<number, string>) =>
  brokenAnswers.score(dialoguesOf(turns, faults === undefined ? {} : { faults }), { rng: makeRng(1), params: {} });
const long = (i: number): string => `${[1, 2, 3, 4].map((k) => writtenPrompt(i * 5 + k)).join(", ")}${".".repeat(1 + (i % 3))}`;

describe("broken-answers", () => {
  const turns = Array.from({ length: 200 }, (_, i): WrittenTurn => ({ prompt: writtenPrompt(i), answer: long(i) }));

  it("tells empty, run-on, echoed and cut answers and records out of order, each as a group", async () => {
    const broken = [...turns];
    broken[4] = { ...turns[4], answer: "  " };
    broken[9] = { ...turns[9], answer: `${long(9)}\nUser: and what then?\nAssistant: nothing.` };
    broken[14] = { prompt: long(14), answer: long(14) };
    broken[19] = { ...turns[19], answer: long(19).slice(0, -8) };
    const { groups, values } = await scan(broken, new Map([[30, "message 3 is a second prompt in a row"]]));
    expect(groups.map(({ records, isWeak }) => [Array.from(records), isWeak])).toEqual([
      [[4], undefined],
      [[9], true],
      [[30], true],
      [[14], true],
      [[19], true],
    ]);
    expect(groups[2].sentence).toBe("1 of 200 examples do not look as their form asks: message n is a second prompt in a row (1)");
    expect(values.filter((value) => value > 0)).toHaveLength(5);
  });

  it("tells a length at which answers are cut off", async () => {
    const cut = turns.map((turn, i) =>
      i % 16 === 0 ? { ...turn, answer: `${"word ".repeat(60)}`.slice(0, 256).replace(/ $/, "w") } : turn,
    );
    const [group] = (await scan(cut)).groups;
    expect(group.sentence).toMatch(/^13 of 200 examples have an answer that ends in the middle of a sentence at the one length/);
    expect(group.isWeak).toBeUndefined();
  });

  it("makes nothing of what is how a file is written", async () => {
    const { groups, notes } = await scan(turns.map((turn) => ({ ...turn, answer: "" })));
    expect(groups).toEqual([]);
    expect(notes?.[0]).toMatch(/^200 of 200 examples have an empty answer: so many/);
    expect((await scan(turns)).groups).toEqual([]);
  });
});
