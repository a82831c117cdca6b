import { type Ratings, startsByUser } from "../../core/ratings.ts";
import { hiredOdds } from "./hired-odds.ts";
import type { Peeled, PeeledGroup } from "./peel-groups.ts";
import { votesOf } from "./votes.ts";

/**
 * Groups whose accounts meet, less those members that vote as others do, and with those accounts beside them that vote as the groups' members do (hired-odds.ts).
 * Who is added joins the group of the vote that he shares with most members, or those that share it with him where it is no group's. Innocence is what the odds leave, and the groups' own.
 * Where more would be added than were there, the two kinds of accounts are tastes, and groups stay as they are.
 */
export function growGroups(ratings: Ratings, peeled: Peeled): Peeled {
  const meets = (u: number): boolean => peeled.groupOf[u] >= 0 && haveMet(peeled.groups[peeled.groupOf[u]]);
  const isMember = Uint8Array.from(ratings.users, (_, u) => (meets(u) ? 1 : 0));
  if (!isMember.includes(1)) return peeled;
  const isOfKind = Uint8Array.from(peeled.groupOf, (g, u) => (g >= 0 && isMember[u] === 0 ? 1 : 0));
  const odds = hiredOdds(ratings, isMember, isOfKind);
  const given = isMember.reduce((sum, is) => sum + is, 0);
  const added = odds.reduce((sum, p, u) => sum + (p > 0.5 && isMember[u] === 0 ? 1 : 0), 0);
  if (added > given) return peeled;
  const scores = peeled.scores.slice();
  const innocence = peeled.innocence.slice();
  const groupOf = peeled.groupOf.slice();
  const surest = peeled.groups.map(({ accounts }) => accounts.reduce((least, u) => Math.min(least, peeled.innocence[u]), 1));
  const grown: Omit<PeeledGroup, "accounts" | "innocent">[] = [...peeled.groups];
  const homeOf = homes(ratings, peeled, odds, grown);
  for (let u = 0; u < odds.length; u++) {
    if (isOfKind[u] === 1) continue;
    if (odds[u] > 0.5) {
      if (isMember[u] === 0) groupOf[u] = homeOf(u);
      scores[u] = isMember[u] === 1 ? scores[u] : 1 + odds[u];
      innocence[u] = 1 - odds[u] * (1 - (isMember[u] === 1 ? surest[groupOf[u]] : 0));
    } else {
      scores[u] = Math.min(0.999, isMember[u] === 1 ? 2 * odds[u] : Math.max(scores[u], 2 * odds[u]));
      innocence[u] = 0;
      groupOf[u] = -1;
    }
  }
  const members: number[][] = grown.map(() => []);
  groupOf.forEach((g, u) => void (g >= 0 && members[g].push(u)));
  const kept = [...grown.keys()].filter((g) => members[g].length > 0);
  const place = new Map(kept.map((g, k) => [g, k]));
  const groups = kept.map((g) => ({
    ...grown[g],
    accounts: Int32Array.from(members[g]),
    innocent: members[g].reduce((sum, u) => sum + innocence[u], 0),
  }));
  return { groups, scores, groupOf: groupOf.map((g) => place.get(g) ?? -1), innocence };
}

const haveMet = ({ by }: Pick<PeeledGroup, "by">): boolean => by === "meetings" || by === "votes";

/** The group of the vote that an account shares with most accounts that are likely hired; a new one is put at the end of `grown`. */
function homes(
  ratings: Ratings,
  { groups }: Peeled,
  odds: Float64Array,
  grown: Omit<PeeledGroup, "accounts" | "innocent">[],
): (user: number) => number {
  const starts = startsByUser(ratings);
  const { vote, item, value, starts: voteStarts } = votesOf(ratings);
  const hired = new Float64Array(voteStarts.length - 1);
  for (let p = 0; p < vote.length; p++) hired[vote[p]] += odds[ratings.user[p]];
  const known = new Map<string, number>();
  groups.forEach((group, g) => void (haveMet(group) && known.set(`${group.item} ${group.value}`, g)));
  return (u) => {
    let best = vote[starts[u]];
    for (let p = starts[u]; p < starts[u + 1]; p++) if (hired[vote[p]] > hired[best]) best = vote[p];
    const key = `${item[best]} ${value[best]}`;
    if (!known.has(key)) known.set(key, grown.push({ item: item[best], value: value[best], by: "votes" }) - 1);
    return known.get(key)!;
  };
}
