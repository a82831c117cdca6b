/**
 * An order in which near things stand together: the leaves of a hierarchical clustering with average linkage (Sokal & Michener 1958). Where two
 * clusters join, they are turned so that their nearer ends meet. Ties go to the smaller indices, so that the order depends on the distances alone.
 * Shapes: distances [count, count], symmetric; result [count].
 */
export function clusterOrder(distances: Float64Array, count: number): Int32Array {
  const members: (number[] | null)[] = Array.from({ length: count }, (_, i) => [i]);
  const between = distances.slice();
  const nearest = new Int32Array(count).fill(-1);

  /** The nearest cluster with a larger number. */
  function findNearest(a: number): void {
    nearest[a] = -1;
    for (let b = a + 1; b < count; b++)
      if (members[b] !== null && (nearest[a] < 0 || between[a * count + b] < between[a * count + nearest[a]])) nearest[a] = b;
  }

  for (let a = 0; a < count; a++) findNearest(a);
  for (let left = count; left > 1; left--) {
    let a = -1;
    for (let i = 0; i < count; i++)
      if (members[i] !== null && nearest[i] >= 0 && (a < 0 || between[i * count + nearest[i]] < between[a * count + nearest[a]])) a = i;
    const b = nearest[a];
    const first = members[a] ?? [];
    const second = members[b] ?? [];
    members[a] = joinNearerEnds(first, second, (i, j) => distances[i * count + j]);
    members[b] = null;
    // Average linkage by the formula of Lance & Williams 1967.
    const share = first.length / (first.length + second.length);
    for (let k = 0; k < count; k++)
      if (k !== a && members[k] !== null)
        between[a * count + k] = between[k * count + a] = share * between[a * count + k] + (1 - share) * between[b * count + k];
    for (let k = 0; k < count; k++) {
      if (members[k] === null) continue;
      if (k === a || nearest[k] === a || nearest[k] === b) findNearest(k);
      else if (k < a && between[k * count + a] < between[k * count + nearest[k]]) nearest[k] = a;
    }
  }
  return Int32Array.from(members.find((cluster) => cluster !== null) ?? []);
}

function joinNearerEnds(a: number[], b: number[], distance: (i: number, j: number) => number): number[] {
  const turned = (items: readonly number[]): number[] => [...items].reverse();
  const ways = [
    [a, b],
    [a, turned(b)],
    [turned(a), b],
    [turned(a), turned(b)],
  ];
  const gap = ([first, second]: number[][]): number => distance(first[first.length - 1], second[0]);
  return ways.reduce((best, way) => (gap(way) < gap(best) ? way : best)).flat();
}
