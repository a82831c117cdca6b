import type { RatingsHarm, TracedHarm } from "../../study/ratings/harm.ts";
import { percentText, numberText } from "../words/format.ts";
import { textTable } from "../words/text-table.ts";
import { countOf, shareText } from "../words/words.ts";

/** Accounts and users that a matrix names in a terminal or on the page; `--json` has more. */
export const shownInMatrix = 10;

/** Who is hurt on one engine, for a terminal: by how much people rate, who most, through whom, by which way. */
export function harmText(harm: RatingsHarm): string {
  const parts = [`Who is hurt on ${harm.engine}: ${harmSentence(harm)}`, groupTable(harm), userTable(harm)];
  const { traced } = harm;
  if (traced === null) parts.push(untracedSentence(harm.engine));
  else parts.push(vulnerabilityTable(harm, traced), agreementSentence(traced), pathTable(traced));
  return parts.filter((part) => part !== "").join("\n\n");
}

/** `average-profiles at 5 % (47 accounts, seed 0) puts a target into the first ten of 103 of 943 users who had none there`. */
export function harmSentence({ attack, budgetFraction, accounts, seed, goal, users }: RatingsHarm): string {
  const who = `${attack} at ${percentText(budgetFraction)} (${countOf(accounts, "account")}, seed ${seed})`;
  const count = (isHurt: (user: RatingsHarm["users"][number]) => boolean): string =>
    `${users.filter(isHurt).length} of ${countOf(users.length, "genuine user")}`;
  switch (goal) {
    case "promote":
      return `${who} brings targets into the first ten of ${count((user) => user.listedAfter > user.listedBefore)} and up for ${count((user) => user.rankAfter < user.rankBefore)}`;
    case "demote":
      return `${who} drives targets out of the first ten of ${count((user) => user.listedAfter < user.listedBefore)} and down for ${count((user) => user.rankAfter > user.rankBefore)}`;
    case "availability":
      return `${who} moves the score of the targets for ${count((user) => user.shift !== 0)}`;
  }
}

export function untracedSentence(engine: string): string {
  return `The way from account to user is not told: ${engine} learns in random steps, which leave nothing to follow.`;
}

/** How well the lifts, which hold the rest of the model, say what training again does. */
export function agreementSentence({ share, correlation }: TracedHarm): string {
  if (share === null) return "Training again shows no shift that lifts could be held against.";
  const likeness = correlation === null ? "" : `, and their correlation with it over users and targets is ${numberText(correlation, 2)}`;
  return `Lifts hold all of the model but the target's own row: together they come to ${numberText(share, 2)} times the shift that training again shows${likeness}.`;
}

/** Digits that show the largest lift with two that count. */
export function liftDigits({ vulnerability, byGroup }: TracedHarm): number {
  const largest = [...vulnerability, ...byGroup].flat().reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  return Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(largest))));
}

export function groupName({ fewestRatings, mostRatings }: RatingsHarm["groups"][number]): string {
  return fewestRatings === mostRatings ? countOf(fewestRatings, "rating") : `${fewestRatings}–${mostRatings} ratings`;
}

function groupTable({ groups }: RatingsHarm): string {
  const rows = groups.map((group) => [
    groupName(group),
    String(group.users),
    `${shareText(group.hitRateBefore)} → ${shareText(group.hitRateAfter)}`,
    `${numberText(group.meanRankBefore, 0)} → ${numberText(group.meanRankAfter, 0)}`,
    signed(group.shift, 2),
  ]);
  return `Exposure to the targets before → after, by how much people rated (before and after: share among the first ten, mean rank)\n${textTable([["users with", "users", "first ten", "rank", "score shift"], ...rows])}`;
}

function userTable({ users, targets }: RatingsHarm): string {
  const rows = users
    .slice(0, shownInMatrix)
    .map((user) => [
      user.user,
      String(user.ratings),
      `${user.listedBefore} → ${user.listedAfter}`,
      `${numberText(user.rankBefore, 0)} → ${numberText(user.rankAfter, 0)}`,
      signed(user.shift, 2),
    ]);
  return `Most hurt (of ${users.length}; --json has all)\n${textTable([["user", "ratings", `of ${countOf(targets.length, "target")} in the first ten`, "rank", "score shift"], ...rows])}`;
}

function vulnerabilityTable({ groups }: RatingsHarm, traced: TracedHarm): string {
  const digits = liftDigits(traced);
  const rows = traced.accounts
    .slice(0, shownInMatrix)
    .map((account, k) => [`account ${account}`, ...traced.byGroup[k].map((lift) => signed(lift, digits))]);
  return `Vulnerability, fake accounts as sources: lift of the targets' score for users of the column through the account of the row\n${textTable([["from ↓ to →", ...groups.map(groupName)], ...rows])}`;
}

function pathTable(traced: TracedHarm): string {
  if (traced.paths.length === 0) return "";
  const digits = liftDigits(traced);
  const rows = traced.paths
    .slice(0, shownInMatrix)
    .map(({ account, item, user, target, pathLift, itemLift, lift }) => [
      `account ${account} → ${item} → ${user}`,
      target,
      ...[pathLift, itemLift, lift].map((value) => signed(value, digits)),
    ]);
  return `The strongest way to the most hurt: both rated the item, so the account's rating of the target counts for the user (through the item: from the accounts of the matrix)\n${textTable([["account → item → user", "target", "this way", "through the item", "in all"], ...rows])}`;
}

function signed(value: number, digits: number): string {
  const text = numberText(value, digits);
  return Number(text) > 0 ? `+${text}` : text;
}
