import { expect, it } from "vitest";
import { makeRng } from "../random.ts";
import { blockedCholeskyInPlace, blockedCholeskySolveInPlace } from "./blocked-cholesky.ts";
import { choleskyInPlace, choleskySolveInPlace } from "./cholesky.ts";

const rng = makeRng("blocked cholesky");

function positive(size: number): Float64Array {
  const half = Float64Array.from({ length: size * size }, () => rng.normal());
  const a = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) a[i * size + j] += half[i * size + k] * half[j * size + k];
      if (i === j) a[i * size + j] += 0.1 * size;
    }
  return a;
}

it.each([1, 5, 63, 64, 65, 130, 401])("is the factor of %i rows, and its solve, that go one by one", (size) => {
  const a = positive(size);
  const plain = a.slice();
  expect(choleskyInPlace(plain, size)).toBe(true);
  const blocked = a.slice();
  expect(blockedCholeskyInPlace(blocked, size)).toBe(true);
  let most = 0;
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) most = Math.max(most, Math.abs(blocked[i * size + j] - plain[i * size + j]));
  expect(most).toBeLessThan(1e-9 * Math.sqrt(size));
  const b = Float64Array.from({ length: 3 * size }, () => rng.normal());
  const one = b.slice();
  for (let q = 0; q < 3; q++) choleskySolveInPlace(one, plain, size, q * size);
  blockedCholeskySolveInPlace(b, 3, blocked, size);
  for (let i = 0; i < b.length; i++) expect(b[i]).toBeCloseTo(one[i], 9);
});

it("says where a matrix is not positive definite", () => {
  const size = 100;
  const a = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) a[i * size + j] = i === j || (i >= 98 && j >= 98) ? 1 : 0;
  expect(blockedCholeskyInPlace(a, size)).toBe(false);
});
