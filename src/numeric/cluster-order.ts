/**
 * An order in which near things stand together: the leaves of a hierarchical clustering with average linkage (Sokal & Michener 1958). Where two
 * clusters join, they are turned so that their nearer ends meet. Ties go to the smaller indices, so that the order depends on the distances alone.
 * Shapes: distances [count, count], symmetric; result [count].
 */
export function clusterOrder(distances: Float64Array, count: number): Int32Array {
  let clusters: number[][] = Array.from({ length: count }, (_, i) => [i]);
  const between = (a: readonly number[], b: readonly number[]): number => {
    let sum = 0;
    for (const i of a) for (const j of b) sum += distances[i * count + j];
    return sum / (a.length * b.length);
  };
  while (clusters.length > 1) {
    let best = { a: 0, b: 1, distance: Infinity };
    for (let a = 0; a < clusters.length; a++)
      for (let b = a + 1; b < clusters.length; b++) {
        const distance = between(clusters[a], clusters[b]);
        if (distance < best.distance) best = { a, b, distance };
      }
    const joined = joinNearerEnds(clusters[best.a], clusters[best.b], (i, j) => distances[i * count + j]);
    clusters = clusters.map((cluster, k) => (k === best.a ? joined : cluster)).filter((_, k) => k !== best.b);
  }
  return Int32Array.from(clusters[0] ?? []);
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
