import { type Oddity, cellsOf, quoted } from "./oddity.ts";

/** How many times larger than nearly all others a number must be to be absurd. */
const absurd = 1e6;
const sampled = 4096;

/** Numbers so much larger than the others that scaling makes all the others one. */
export const magnitudes: Oddity = ({ profile, use }, { place }) => {
  if (profile.kind !== "number" || use !== "feature" || profile.infiniteRow >= 0 || profile.low > profile.high) return [];
  const largest = Math.max(Math.abs(profile.low), Math.abs(profile.high));
  if (largest < absurd * 1e-6) return [];
  const usual = usualMagnitude(profile.values);
  if (usual === 0 || largest / usual < absurd) return [];
  let count = 0;
  let first = -1;
  for (let row = 0; row < profile.values.length; row++) {
    if (Math.abs(profile.values[row]) / usual < absurd || Number.isNaN(profile.values[row])) continue;
    count++;
    if (first < 0) first = row;
  }
  const text = `${quoted(profile.name)}: ${cellsOf(count)} dwarf${count === 1 ? "s" : ""} all others, which then count as one value: ${profile.values[first]} in ${place(first)}, where nearly all others are at most ${Number(usual.toPrecision(3))} in size; mend or leave out these rows, or use --drop`;
  return [{ level: "warning", text }];
};

/** What nine in ten numbers that are not 0 stay below in size, from some thousands of them. */
function usualMagnitude(values: Float64Array): number {
  const step = Math.max(1, Math.floor(values.length / sampled));
  const sample: number[] = [];
  for (let row = 0; row < values.length; row += step) {
    const size = Math.abs(values[row]);
    if (size > 0) sample.push(size);
  }
  const sorted = Float64Array.from(sample).sort();
  return sorted.length < 10 ? 0 : sorted[Math.floor(0.9 * (sorted.length - 1))];
}
