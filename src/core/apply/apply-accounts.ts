import type { AccountPoison } from "../poison.ts";
import type { Profile, Ratings } from "../ratings.ts";

/** The ratings with the accounts appended as users `fake-1`, …; their ratings are as recent as the latest genuine one. */
export function applyAccounts(clean: Ratings, poison: AccountPoison): Ratings {
  const added = poison.accounts.reduce((sum, { items }) => sum + items.length, 0);
  const before = clean.user.length;
  const user = new Int32Array(before + added);
  const item = new Int32Array(before + added);
  const value = new Float64Array(before + added);
  user.set(clean.user);
  item.set(clean.item);
  value.set(clean.value);
  let at = before;
  poison.accounts.forEach((account, i) => {
    for (const rating of byItem(account)) {
      user[at] = clean.users.length + i;
      item[at] = rating.item;
      value[at++] = rating.value;
    }
  });
  const names = freshNames(clean.users, poison.accounts.length);
  return { ...clean, user, item, value, time: timesWith(clean.time, added), users: [...clean.users, ...names] };
}

/** The genuine part of poisoned ratings: the inverse of `applyAccounts`. */
export function withoutAccounts(poisoned: Ratings, genuineUsers: number): Ratings {
  const found = poisoned.user.findIndex((u) => u >= genuineUsers);
  const count = found < 0 ? poisoned.user.length : found;
  return {
    ...poisoned,
    user: poisoned.user.slice(0, count),
    item: poisoned.item.slice(0, count),
    value: poisoned.value.slice(0, count),
    time: poisoned.time === null ? null : poisoned.time.slice(0, count),
    users: poisoned.users.slice(0, genuineUsers),
  };
}

function byItem({ items, values }: Profile): { item: number; value: number }[] {
  return items.map((item, k) => ({ item, value: values[k] })).sort((a, b) => a.item - b.item);
}

function timesWith(time: Float64Array | null, added: number): Float64Array | null {
  if (time === null) return null;
  const out = new Float64Array(time.length + added).fill(
    time.reduce((latest, t) => Math.max(latest, t), time.length === 0 ? 0 : -Infinity),
  );
  out.set(time);
  return out;
}

function freshNames(taken: readonly string[], count: number): string[] {
  const known = new Set(taken);
  const names: string[] = [];
  for (let k = 1; names.length < count; k++) if (!known.has(`fake-${k}`)) names.push(`fake-${k}`);
  return names;
}
