import type { Judgement } from "./judge-groups.ts";
import type { Voters } from "./vote-kinds.ts";

/** What one sort of evidence says of accounts behind an item. */
export interface Evidence {
  readonly ballot: Voters;
  readonly membership: Float64Array;
  readonly strength: number;
  readonly by: "kind" | "apart" | "meetings" | "votes" | "copies";
  readonly judgement: Judgement;
  readonly place: number;
}

/** Evidence weaker than this share of its cut is noise, and what two sorts say of two sets of accounts, fewer of whom are the same, is not one thing. */
const [leastEach, leastShared] = [0.15, 0.6];
/** Shares of cuts that several sorts must come to together, and how far above the sixth most that is found: tastes that several sorts see are seen behind many items. Set on generated ratings and MovieLens-100K. */
const [jointCut, usualPlace, aboveUsual] = [1.05, 5, 1.4];
/** More accounts than this need no help: one sort alone holds them. */
const mostAccounts = 40;

/**
 * Evidence of several sorts for the same few accounts behind the same item, none of which suffices alone: shares of cuts add up, as the logarithms of tails do. Meetings and shared votes read the same votes, so that the stronger of
 * them counts. What is joined takes the place of its strongest part, whose accounts are the group's and whose tail says how many innocent ones to expect.
 */
export function joinEvidence(all: readonly Evidence[]): Evidence[] {
  const byVote = new Map<string, Evidence[]>();
  for (const one of all) {
    if (one.by === "apart" || one.strength < leastEach * one.judgement.cut) continue;
    const key = `${one.ballot.item} ${one.ballot.value}`;
    byVote.set(key, [...(byVote.get(key) ?? []), one]);
  }
  const joined = [...byVote.values()].flatMap((some) => {
    const order = some.sort((p, q) => over(q) - over(p));
    const [first] = order;
    const members = membersOf(first);
    if (over(first) >= 1 || members.size < 3 || members.size > mostAccounts) return [];
    const best = new Map<Evidence["by"], number>();
    for (const one of order) {
      const own = membersOf(one);
      const shared = [...own].filter((u) => members.has(u)).length;
      if (shared < 3 || shared < leastShared * Math.max(own.size, members.size) || best.has(one.by)) continue;
      best.set(one.by, over(one));
    }
    const sum = [...best.values()].reduce((total, share) => total + share, 0);
    return best.size < 2 ? [] : [{ first, sum }];
  });
  const sums = joined.map(({ sum }) => sum).sort((a, b) => b - a);
  const cut = Math.max(jointCut, aboveUsual * (sums[usualPlace] ?? 0));
  return joined.flatMap(({ first, sum }) => {
    const share = sum / cut;
    return share < 1 ? [] : [{ ...first, strength: share * first.judgement.cut, judgement: withInnocent(first, share) }];
  });
}

const over = ({ strength, judgement }: Evidence): number => strength / judgement.cut;

function membersOf({ ballot, membership }: Evidence): Set<number> {
  return new Set(ballot.accounts.filter((_, j) => membership[j] > 0.5));
}

/** Beyond its cut a joined group is as likely innocent as one alone that far beyond: a tenth of a group at the cut. */
function withInnocent({ judgement, place }: Evidence, sum: number): Judgement {
  const innocent = judgement.innocent.slice();
  innocent[place] = Math.min(1, 0.1 / sum);
  return { ...judgement, innocent };
}
