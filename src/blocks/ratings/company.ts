import { type Ratings, startsByUser } from "../../core/ratings.ts";
import { type Votes, votesOf } from "./votes.ts";

/** Finds who keeps company with some accounts. */
export interface Company {
  /** Marks accounts of whose ratings a quarter, two at least, are rare votes that one of the members cast too. Shape: members [any]. */
  of(members: Int32Array): Uint8Array;
}

/** A vote is rare where no more than this share of the accounts, or this many, cast it. */
const [rareShare, rareCount] = [0.02, 20];
const [leastShare, leastVotes] = [0.25, 2];
/** Members that are looked at. */
const mostMembers = 100;

export function companyIn(ratings: Ratings): Company {
  const users = ratings.users.length;
  const votes: Votes = votesOf(ratings);
  const starts = startsByUser(ratings);
  const most = Math.max(rareCount, rareShare * users);
  const touched = new Int32Array(votes.starts.length - 1).fill(-1);
  const shared = new Int32Array(users);
  let call = 0;
  return {
    of(members) {
      call++;
      shared.fill(0);
      const isCompany = new Uint8Array(users);
      for (let k = 0; k < Math.min(members.length, mostMembers); k++)
        for (let p = starts[members[k]]; p < starts[members[k] + 1]; p++) {
          const v = votes.vote[p];
          const count = votes.starts[v + 1] - votes.starts[v];
          if (touched[v] === call || count < 2 || count > most) continue;
          touched[v] = call;
          for (let q = votes.starts[v]; q < votes.starts[v + 1]; q++) {
            const w = votes.voters[q];
            shared[w]++;
            if (shared[w] >= leastVotes && shared[w] >= leastShare * (starts[w + 1] - starts[w])) isCompany[w] = 1;
          }
        }
      return isCompany;
    },
  };
}
