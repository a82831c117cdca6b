/**
 * Groups by agglomerative clustering with average linkage (Sokal & Michener 1958), merged while they are on average at least `cut` similar: by chains of nearest
 * neighbours (Murtagh 1983), in about 3 m² steps. Two groups come together only where they are alike as a whole, never through one link.
 *
 * @param similarity symmetric, overwritten. Shape: [m, m]
 * @returns the members of each group of two or more, ascending
 */
export function averageLinkage(similarity: Float64Array, m: number, cut: number): number[][] {
  const members: number[][] = Array.from({ length: m }, (_, i) => [i]);
  const isOpen = new Uint8Array(m).fill(1);
  const chain: number[] = [];
  for (let seed = 0; seed < m;) {
    if (chain.length === 0) {
      if (isOpen[seed] === 0) {
        seed++;
        continue;
      }
      chain.push(seed);
    }
    const at = chain[chain.length - 1];
    const before = chain.length > 1 ? chain[chain.length - 2] : -1;
    let best = before;
    let top = before < 0 ? cut : similarity[at * m + before];
    for (let other = 0; other < m; other++) {
      if (isOpen[other] === 0 || other === at || similarity[at * m + other] < top) continue;
      if (best >= 0 && similarity[at * m + other] === top) continue;
      top = similarity[at * m + other];
      best = other;
    }
    if (best < 0) {
      // Nobody is near enough, and merging others brings nobody nearer.
      isOpen[at] = 0;
      chain.pop();
    } else if (best !== before) chain.push(best);
    else {
      chain.length -= 2;
      merge(Math.min(at, best), Math.max(at, best));
    }
  }
  return members.filter(({ length }) => length > 1).map((group) => group.sort((a, b) => a - b));

  function merge(keep: number, gone: number): void {
    const [ofKeep, ofGone] = [members[keep].length, members[gone].length];
    for (let other = 0; other < m; other++) {
      const sum = ofKeep * similarity[keep * m + other] + ofGone * similarity[gone * m + other];
      similarity[keep * m + other] = similarity[other * m + keep] = sum / (ofKeep + ofGone);
    }
    members[keep].push(...members[gone]);
    members[gone] = [];
    isOpen[gone] = 0;
  }
}
