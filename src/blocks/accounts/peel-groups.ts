import { type Ratings, ratingsWhere } from "../../core/ratings.ts";
import { rawTraits } from "../ratings/account-traits.ts";
import { copiedGroups } from "./copied-groups.ts";
import { likelyModels } from "./copied-profiles.ts";
import { type Evidence, joinEvidence } from "./join-evidence.ts";
import { type Judgement, judgeApart, judgeCopies, judgeKinds, judgeMeetings, judgeSharedVotes } from "./judge-groups.ts";
import { meetings } from "./meetings.ts";
import { keepQuiet, quietScores } from "./quiet-parts.ts";
import { sharedVotes } from "./shared-votes.ts";
import { ballotsOf, middleBallotsOf, type VoteKind, type Voters, voteKinds } from "./vote-kinds.ts";

/** Accounts that are held for one attack. Shape: accounts [members]. */
export interface PeeledGroup {
  readonly item: number;
  readonly value: number;
  /** Whether they are of one kind behind an item, of one that stands apart from all others, meet behind many items, vote as accounts of other groups do, or rate what some other account rates. */
  readonly by: "kind" | "apart" | "meetings" | "votes" | "copies";
  readonly accounts: Int32Array;
  /** Members to expect to be innocent. */
  readonly innocent: number;
}

export interface Peeled {
  readonly groups: readonly PeeledGroup[];
  /** The strongest group that an account is in, over its cut, times how surely it is: 1 and more is flagged. Shape: [users]. */
  readonly scores: Float64Array;
  /** Place in `groups` of the group of an account; −1 = none. Shape: [users]. */
  readonly groupOf: Int32Array;
  /** Chance that an account of a group is innocent; 0 for the others. Shape: [users]. */
  readonly innocence: Float64Array;
}

const mostRounds = 10;
/** Groups weaker by this factor than the strongest of a round wait until that is gone, since it may be what bends them. */
const muchWeaker = 2;
/** Share of the cut that a kind behind the item of a group must score for the rest of it to join the group. */
const leastToJoin = 0.5;
/** Where ratings are one value, accounts that were shown the same items when they came are a kind behind these: no kind of more than this share of the accounts is held for an attack. */
const mostOfOneValue = 0.1;
/** Among fewer accounts nothing is usual. */
export const fewestAccounts = 20;
/** Fewer new members than this are no group. */
const fewest = 2;

/**
 * Takes groups out one round after the other, and describes the accounts that are left anew: many fake accounts bend what is usual, and once the group that
 * stands out most is gone the next is held against honest accounts. Ends where a round finds nothing.
 *
 * @param whole the traits of all accounts, where they are known
 */
export function peelGroups(ratings: Ratings, whole = rawTraits(ratings)): Peeled {
  const users = ratings.users.length;
  const groupOf = new Int32Array(users).fill(-1);
  const scores = new Float64Array(users);
  const innocence = new Float64Array(users);
  const groups: PeeledGroup[] = [];
  for (let round = 0; round < mostRounds; round++) {
    const { part, original } = withoutGroups(ratings, groupOf);
    if (part.users.length < fewestAccounts) break;
    const quiet = quietScores(part);
    if (quiet !== null) {
      for (let j = 0; j < quiet.length; j++) scores[original[j]] = Math.max(scores[original[j]], quiet[j]);
      break;
    }
    const before = groups.length;
    const own = new Float64Array(original.length);
    const listed = candidates(part, round === 0 ? whole : rawTraits(part));
    const least = listed.length === 0 ? 1 : Math.max(1, listed[0].strength / listed[0].judgement.cut / muchWeaker);
    for (const { ballot, membership, strength, by, judgement, place } of listed) {
      const over = strength / judgement.cut;
      ballot.accounts.forEach((u, j) => {
        own[u] = Math.max(own[u], membership[j] * Math.min(over, 0.99 + over / 100));
        scores[original[u]] = Math.max(scores[original[u]], own[u]);
      });
      const all = [...ballot.accounts.keys()].filter((j) => membership[j] > 0.5);
      const members = all.filter((j) => groupOf[original[ballot.accounts[j]]] < 0);
      const isKind = by === "kind" || by === "apart" || by === "copies";
      if (isKind && 2 * members.length < all.length) {
        // A kind most of which is in a group by now is that group; who else is of it behind the same item joins, and who is left of it behind another was not behind the first.
        const home =
          by === "kind" && over >= leastToJoin ? homeOf(all, ballot, groups, (j) => groupOf[original[ballot.accounts[j]]]) : null;
        if (home !== null && members.length > 0) {
          const added = Int32Array.from(members, (j) => original[ballot.accounts[j]]);
          let { innocent } = groups[home];
          added.forEach((u, k) => {
            groupOf[u] = home;
            scores[u] = 1 + membership[members[k]] * 0.1;
            innocence[u] = 1 - membership[members[k]];
            innocent += innocence[u];
          });
          const accounts = new Int32Array(groups[home].accounts.length + added.length);
          accounts.set(groups[home].accounts);
          accounts.set(added, groups[home].accounts.length);
          groups[home] = { ...groups[home], accounts, innocent };
        }
        continue;
      }
      if (over < least || members.length < fewest) continue;
      const wrong = Math.min(1, judgement.innocent[place]);
      const sure = Float64Array.from(members, (j) => membership[j]);
      const accounts = Int32Array.from(members, (j) => original[ballot.accounts[j]]);
      for (const u of accounts) groupOf[u] = groups.length;
      let innocent = 0;
      accounts.forEach((u, k) => {
        scores[u] = 1 + sure[k] * Math.log(over);
        innocence[u] = 1 - sure[k] * (1 - wrong);
        innocent += innocence[u];
      });
      groups.push({ item: ballot.item, value: ballot.value, by, accounts, innocent });
    }
    if (groups.length > before) continue;
    keepQuiet(part, own);
    break;
  }
  for (let u = 0; u < users; u++) if (groupOf[u] < 0) scores[u] = Math.min(scores[u], 0.999);
  return { groups, scores, groupOf, innocence };
}

/** The group of these members that is behind the same item, at the same end; null = none is. */
function homeOf(
  all: readonly number[],
  { item, value }: Voters,
  groups: readonly PeeledGroup[],
  groupAt: (j: number) => number,
): number | null {
  const home = all.map(groupAt).find((g) => g >= 0 && groups[g].item === item && groups[g].value === value && groups[g].by === "kind");
  return home ?? null;
}

/** By falling strength over its cut. */
function candidates(part: Ratings, traits: ReturnType<typeof rawTraits>): Evidence[] {
  const ballots = ballotsOf(part);
  const kinds = voteKinds(ballots, traits);
  const middle = middleBallotsOf(part);
  const { low, high } = part.scale;
  const largest = low === high ? mostOfOneValue * part.users.length : Infinity;
  const met = meetings(part, ballots);
  const shared = sharedVotes(part, ballots);
  const models = likelyModels(part);
  const copied = copiedGroups(part, ballots, models);
  const listed = (judgement: Judgement, found: readonly (Voters & { membership: Float64Array })[], by: PeeledGroup["by"]): Evidence[] =>
    found.flatMap((ballot, place) => {
      const strength = judgement.strengths[place];
      return strength > 0 ? [{ ballot, membership: ballot.membership, strength, by, judgement, place }] : [];
    });
  const all = [
    ...listed(judgeKinds(kinds, voteKinds(middle, traits), largest), kinds, "kind"),
    ...listed(judgeApart(kinds, part.users.length, largest), kinds.map(withAlike), "apart"),
    ...listed(judgeMeetings(met, meetings(part, middle)), met, "meetings"),
    ...listed(judgeSharedVotes(shared, sharedVotes(part, middle)), shared, "meetings"),
    ...listed(judgeCopies(copied, copiedGroups(part, middle, models), largest), copied, "copies"),
  ];
  return [...all, ...joinEvidence(all)].sort(
    (a, b) => b.strength / b.judgement.cut - a.strength / a.judgement.cut || a.ballot.item - b.ballot.item,
  );
}

/** The members of a kind, those that are not behind the item among them. */
function withAlike({ item, value, accounts, membership, alike }: VoteKind): Voters & { membership: Float64Array } {
  const all = [...accounts.filter((_, j) => membership[j] > 0.5), ...alike];
  return { item, value, accounts: Int32Array.from(all).sort(), membership: new Float64Array(all.length).fill(1) };
}

function withoutGroups(ratings: Ratings, groupOf: Int32Array): { part: Ratings; original: Int32Array } {
  const original = Int32Array.from(groupOf.keys()).filter((u) => groupOf[u] < 0);
  const place = new Int32Array(groupOf.length).fill(-1);
  original.forEach((u, k) => (place[u] = k));
  const kept = ratingsWhere(ratings, (p) => groupOf[ratings.user[p]] < 0);
  return { part: { ...kept, user: kept.user.map((u) => place[u]), users: Array.from(original, (u) => ratings.users[u]) }, original };
}
