/** Sets that only merge, over the items [0, size). */
export interface UnionFind {
  /** The item that stands for the set of `item`. */
  find(item: number): number;
  /** Merges two sets; the smaller item stands for both. */
  union(a: number, b: number): void;
}

export function makeUnionFind(size: number): UnionFind {
  const parent = new Int32Array(size);
  for (let i = 0; i < size; i++) parent[i] = i;

  function find(item: number): number {
    while (parent[item] !== item) {
      parent[item] = parent[parent[item]];
      item = parent[item];
    }
    return item;
  }

  return {
    find,
    union(a, b) {
      const [low, high] = [find(a), find(b)].sort((p, q) => p - q);
      parent[high] = low;
    },
  };
}
