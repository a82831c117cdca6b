import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { judgeGroups } from "./judge-groups.ts";
import type { TextCopies } from "./text-copies.ts";

/** Groups of rows, one after the other, as alike as told, each by accounts of its own and with labels and the chances of these that are told. */
function judged(
  groups: readonly {
    labels: string;
    accounts: readonly number[];
    similarity?: number;
    disguised?: string;
    closeness?: readonly number[];
  }[],
  chanceOfBad: number | null,
) {
  const labels = [...groups.map((group) => group.labels).join("")].map(Number);
  const rows = labels.length;
  const source = Int32Array.from(groups.flatMap(({ accounts }) => [...accounts]));
  const data = {
    ...datasetOf(denseMatrix(rows, 1), Float64Array.from(labels), { kind: "classes", names: ["bad", "good"] }),
    ...{ source, sources: Array.from({ length: 99 }, (_, s) => `u${s}`) },
  };
  const record = Int32Array.from({ length: rows }, (_, i) => i);
  const groupOf = Int32Array.from(groups.flatMap((group, g) => Array<number>(group.labels.length).fill(g)));
  const disguises = [...groups.map(({ labels: own, disguised = own.replace(/./g, "0") }) => disguised).join("")].map(Number);
  const copies: TextCopies = {
    ...{ records: { count: rows, first: record, record }, groupOf, usual: 0.03, textOf: () => "" },
    ...{ isDisguised: Uint8Array.from(disguises), disguisedWords: Int32Array.from(disguises, (is) => 2 * is) },
    groups: groups.map(({ labels: own, similarity = 0.6, closeness }, g) => ({
      members: [...record].filter((i) => groupOf[i] === g),
      ...{ similarity, closeness: Float64Array.from(closeness ?? Array<number>(own.length).fill(similarity)) },
    })),
  };
  const chances =
    chanceOfBad === null ? null : Float64Array.from({ length: 2 * rows }, (_, k) => (k % 2 === 0 ? chanceOfBad : 1 - chanceOfBad));
  return judgeGroups(data, copies, { column: new Int32Array(rows), chances });
}

describe("the judgement of groups", () => {
  it("flags what several accounts wrote, and not what one did with labels that nobody denies", () => {
    expect(judged([{ labels: "00000", accounts: [1, 2, 3, 4, 5] }], null)[0]).toMatchObject({ isFlagged: true, rows: 5, accounts: 5 });
    expect(judged([{ labels: "00000", accounts: [1, 1, 1, 1, 1] }], 0.5)[0].isFlagged).toBe(false);
    expect(judged([{ labels: "00000", accounts: [-1, -1, -1, -1, -1] }], 0.5)[0].isFlagged).toBe(false);
    // 5 ln 20, of which copies count as 1 + ln 5.
    const denied = judged([{ labels: "11111", accounts: [-1, -1, -1, -1, -1] }], 0.95)[0];
    expect(denied.isFlagged).toBe(true);
    expect(denied.denial).toBeCloseTo(((1 + Math.log(5)) / 5) * (5 * Math.log(20) - Math.LN2), 6);
  });

  it("takes texts that are no more alike than others of the file for no copies", () => {
    expect(judged([{ labels: "000000", accounts: [1, 2, 3, 4, 5, 6], similarity: 0.02 }], null)[0].isFlagged).toBe(false);
  });

  it("sets the original aside: by its label, by plain letters, by being nearest to all", () => {
    const accounts = [1, 2, 3, 4, 5, 6];
    expect([...judged([{ labels: "011111", accounts }], 0.9)[0].aside]).toEqual([0]);
    expect([...judged([{ labels: "111111", accounts, disguised: "110111" }], 0.1)[0].aside]).toEqual([2]);
    expect([...judged([{ labels: "111111", accounts, closeness: [0.6, 0.59, 0.6, 0.61, 0.8, 0.6] }], 0.1)[0].aside]).toEqual([4]);
    expect([...judged([{ labels: "111111", accounts, closeness: [0.6, 0.59, 0.6, 0.61, 0.61, 0.6] }], 0.1)[0].aside]).toEqual([]);
  });

  it("holds small groups that contradict themselves against their rows where there are several", () => {
    const triple = (k: number) => ({ labels: "011", accounts: [3 * k, 3 * k + 1, 3 * k + 1] });
    expect(judged([triple(1)], 0.7)[0]).toMatchObject({ isOneOfSeveral: false, onlyBy: "contradiction" });
    const together = judged([1, 2, 3, 4, 5].map(triple), 0.7);
    expect(together.every(({ isFlagged, isOneOfSeveral, aside }) => isFlagged && isOneOfSeveral && aside.length === 1)).toBe(true);
    // Two among thirty are no more than people's slips.
    const honest = Array.from({ length: 28 }, (_, k) => ({ labels: "000", accounts: [k, k, k] }));
    expect(judged([triple(31), triple(32), ...honest], 0.7).every(({ isOneOfSeveral }) => !isOneOfSeveral)).toBe(true);
  });

  it("tells copies of one text whose labels contradict each other, and how many of them are right", () => {
    const rows = (labels: string, chanceOfBad: number | null, similarity = 0.9): object => {
      const [{ examples, isFlagged, innocentShare }] = judged(
        [{ labels, similarity, accounts: Array<number>(labels.length).fill(-1) }],
        chanceOfBad,
      );
      return { examples: isFlagged ? [...examples] : [], innocentShare: Number(innocentShare.toFixed(6)) };
    };
    expect(rows("01", 0.7)).toEqual({ examples: [0, 1], innocentShare: 0.5 });
    expect(rows("01", null)).toEqual({ examples: [0, 1], innocentShare: 0.5 });
    expect(rows("01", 0.95)).toEqual({ examples: [1], innocentShare: 0.05 });
    expect(rows("0001", 0.7)).toEqual({ examples: [3], innocentShare: 0.3 });
    expect(rows("01", 0.7, 0.4)).toEqual({ examples: [], innocentShare: 0.02 });
    expect(rows("00", 0.7)).toEqual({ examples: [], innocentShare: 0.02 });
  });

  it("holds a group against its rows that is far larger than those of the file, where no account is known", () => {
    const group = (labels: string, account = -1) => ({ labels, accounts: Array<number>(labels.length).fill(account) });
    const honest = ["00", "000", "11", "0000", "11", "00"].map((labels) => group(labels));
    const flagged = judged([group("0".repeat(20)), ...honest], 0.5);
    expect(flagged.map(({ onlyBy }) => onlyBy)).toEqual(["size", ...Array<null>(6).fill(null)]);
    expect(flagged[0].innocentShare).toBeLessThan(0.1);
    expect(judged([group("00000"), ...honest], 0.5).every(({ isFlagged }) => !isFlagged)).toBe(true);
    expect(judged([group("0".repeat(20), 7), ...honest], 0.5).every(({ isFlagged }) => !isFlagged)).toBe(true);
  });
});
