import { expect, it } from "vitest";
import { forEachAtOnce } from "./for-each-at-once.ts";

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it.each([1, 3, 20])("works for all, no more than %i at once", async (atOnce) => {
  const done: number[] = [];
  let [running, most] = [0, 0];
  await forEachAtOnce(10, atOnce, async (k) => {
    most = Math.max(most, ++running);
    await wait(10 - k);
    running--;
    done.push(k);
  });
  expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, k) => k));
  expect(most).toBe(Math.min(10, atOnce));
});

it.each([1, 2, 5])("throws the error of the smallest number and begins nothing after one, %i at once", async (atOnce) => {
  let begun = 0;
  const work = async (k: number): Promise<void> => {
    begun++;
    await wait(k === 3 ? 20 : 1);
    if (k >= 3) throw new Error(`number ${k}`);
  };
  await expect(forEachAtOnce(100, atOnce, work)).rejects.toThrow("number 3");
  expect(begun).toBeLessThanOrEqual(3 + atOnce + 1);
});
