import { describe, expect, it } from "vitest";
import { classAnswers, classOddsOf } from "./class-answers.ts";
import { makeTokenNumbers } from "../dialogues/token-numbers.ts";
import { tokenRows } from "../dialogues/token-rows.ts";

const prompts = Array.from({ length: 60 }, (_, i) => `text ${i} ${i % 2 === 0 ? "fine" : "poor"} ${i % 5 === 0 ? "odd" : ""}`);
const answers = prompts.map((_, i) => (i % 2 === 0 ? "Positive" : "Negative"));
const oneToken = (): number => 1;

describe("answers that stand for a class", () => {
  it("are short, shared by rows whose prompts differ, and two at least", () => {
    expect(classAnswers(prompts, answers, oneToken).names).toEqual(["Positive", "Negative"]);
    expect(
      classAnswers(
        prompts,
        answers.map(() => "Yes"),
        oneToken,
      ).names,
    ).toEqual([]);
    expect(classAnswers(prompts, answers, () => 4).names).toEqual([]);
    const copies = prompts.map((prompt, i) => (i % 2 === 0 ? "the same question" : prompt));
    expect(classAnswers(copies, answers, oneToken).of.every((k) => k === -1)).toBe(true);
  });

  it("are judged by the words of the other rows, without those that are left out", () => {
    const numbers = makeTokenNumbers();
    const rows = tokenRows(prompts, 20, numbers);
    const odds = classOddsOf(rows, numbers.count(), classAnswers(prompts, answers, oneToken))(null);
    const none = new Int32Array(0);
    expect([...odds.shares]).toEqual([0.5, 0.5]);
    expect(odds.prior[0]).toBeCloseTo(0, 12);
    expect(odds.added(2, 0, none)).toBeGreaterThan(1);
    expect(odds.added(3, 0, none)).toBeLessThan(-1);
    expect(odds.usual[0].own).toBeGreaterThan(odds.usual[0].all);
    const both = Int32Array.from(["fine", "poor"], (word) => numbers.numbersOf(word, 1)[0]).sort();
    // Of 29 and 30 other rows, "text" stands in all, and numbers in one row alone are not asked: add-one of both counts over both sizes + 2.
    const text = Math.log(30 / 31 / (31 / 32));
    const slope = odds.added(2, 0, both) / text;
    expect(slope).toBeGreaterThan(0.3);
    expect(slope).toBeLessThanOrEqual(1 + 1e-9);
  });
});
