/**
 * The sum of `count` values from `from` on, halves added to halves, so that rounding errors grow with the logarithm of the count. In the order of NumPy
 * (blocks of up to 128 with eight running sums), so that figures can be compared with its figures to the last bit.
 */
export function pairwiseSum(values: Float64Array, from = 0, count = values.length - from): number {
  if (count < 8) {
    let sum = 0;
    for (let i = from; i < from + count; i++) sum += values[i];
    return sum;
  }
  if (count > 128) {
    const half = (count >> 1) - ((count >> 1) % 8);
    return pairwiseSum(values, from, half) + pairwiseSum(values, from + half, count - half);
  }
  let [s0, s1, s2, s3, s4, s5, s6, s7] = values.subarray(from, from + 8);
  let i = from + 8;
  for (const end = from + count - (count % 8); i < end; i += 8) {
    s0 += values[i];
    s1 += values[i + 1];
    s2 += values[i + 2];
    s3 += values[i + 3];
    s4 += values[i + 4];
    s5 += values[i + 5];
    s6 += values[i + 6];
    s7 += values[i + 7];
  }
  let sum = s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
  for (; i < from + count; i++) sum += values[i];
  return sum;
}
