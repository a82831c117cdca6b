import { type Ratings, startsByUser } from "../../core/ratings.ts";
import { type Votes, votesOf } from "./votes.ts";

/** Finds who keeps company with some accounts. */
export interface Company {
  /** Whether a quarter of an account's ratings, two at least, are rare votes that one of the members cast too; holds until it is called again. Shape: members [any]. */
  of(members: Int32Array): (user: number) => boolean;
}

/** A vote is rare where no more than this share of the accounts, or this many, cast it, and never where more than 300 did. */
const [rareShare, rareCount, rareMost] = [0.02, 20, 300];
const [leastShare, leastVotes] = [0.25, 2];
/** Members that are looked at. */
const mostMembers = 100;

export function companyIn(ratings: Ratings): Company {
  const users = ratings.users.length;
  const votes: Votes = votesOf(ratings);
  const starts = startsByUser(ratings);
  const most = Math.min(rareMost, Math.max(rareCount, rareShare * users));
  const touched = new Int32Array(votes.starts.length - 1).fill(-1);
  const shared = new Int32Array(users);
  const seenIn = new Int32Array(users).fill(-1);
  let call = 0;
  const isCompany = (w: number): boolean =>
    seenIn[w] === call && shared[w] >= leastVotes && shared[w] >= leastShare * (starts[w + 1] - starts[w]);
  return {
    of(members) {
      call++;
      for (let k = 0; k < Math.min(members.length, mostMembers); k++)
        for (let p = starts[members[k]]; p < starts[members[k] + 1]; p++) {
          const v = votes.vote[p];
          const count = votes.starts[v + 1] - votes.starts[v];
          if (touched[v] === call || count < 2 || count > most) continue;
          touched[v] = call;
          for (let q = votes.starts[v]; q < votes.starts[v + 1]; q++) {
            const w = votes.voters[q];
            if (seenIn[w] !== call) shared[w] = 0;
            seenIn[w] = call;
            shared[w]++;
          }
        }
      return isCompany;
    },
  };
}
