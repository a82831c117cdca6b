import type { RatingsHarm, TracedHarm } from "../../study/ratings/harm.ts";
import { describeSeries, prose, section } from "../page/blocks.ts";
import type { Block, Cell, Section } from "../page/document.ts";
import { numberText } from "../words/format.ts";
import { countOf, shareText } from "../words/words.ts";
import { agreementSentence, groupName, harmSentence, liftDigits, shownInMatrix, untracedSentence } from "./harm-text.ts";

/** Who is hurt, engine by engine: users by how much they rated, and the most hurt by their place alone; null where nobody looked. */
export function harmSection(harm: readonly RatingsHarm[]): Section | null {
  if (harm.length === 0) return null;
  return section(
    "harm",
    "Who is hurt",
    `${harmSentence(harm[0])} (${harm[0].engine}).`,
    prose(
      "What the strongest attack at the largest budget does to each user, engine by engine: of the first seed, trained with and without the accounts. A lift is what the score of the targets loses when their own row of the model is fitted without an account, the rest of the model held.",
    ),
    ...harm.map((found, i): Block => ({
      kind: "details",
      id: `harm-of-${found.engine}`,
      summary: `${found.engine}: who is hurt`,
      ...(i === 0 ? { isOpen: true as const } : {}),
      blocks: engineBlocks(found),
    })),
  );
}

function engineBlocks(harm: RatingsHarm): Block[] {
  const { engine, traced, groups } = harm;
  const exact = (value: number) => ({ value, low: null, high: null });
  const series = [
    { name: "before", points: groups.map(({ hitRateBefore }, x) => ({ x, figure: exact(hitRateBefore) })) },
    { name: "after", points: groups.map(({ hitRateAfter }, x) => ({ x, figure: exact(hitRateAfter) })) },
  ];
  const places = groups.map((group) => `${groupName(group)} (${countOf(group.users, "user")})`);
  return [
    prose(`${harmSentence(harm)}.`),
    {
      kind: "chart",
      id: `exposure-by-user-${engine}`,
      title: "Users who see a target among their first ten, by how much they rated",
      description: describeSeries(series, (x) => places[x]),
      caption: "Of the first seed, without intervals.",
      shape: "dots",
      x: { name: "share of the users", unit: "share", range: [0, 1], leastSpan: 0.1 },
      y: { name: "Users with", places },
      series,
    },
    {
      kind: "table",
      id: `harm-${engine}`,
      caption: "Exposure to the targets before and after, by how much people rated; the first seed",
      columns: [
        { name: "Users with" },
        { name: "Users", unit: "count" },
        { name: "In the first ten" },
        { name: "Mean rank" },
        { name: "Score shift", decimals: 2 },
      ],
      rows: groups.map((group): Cell[] => [
        groupName(group),
        group.users,
        `${shareText(group.hitRateBefore)} → ${shareText(group.hitRateAfter)}`,
        `${numberText(group.meanRankBefore, 0)} → ${numberText(group.meanRankAfter, 0)}`,
        group.shift,
      ]),
    },
    mostHurt(harm),
    ...(traced === null ? [prose(untracedSentence(engine))] : tracedBlocks(harm, traced)),
  ];
}

function mostHurt({ engine, users, targets, traced }: RatingsHarm): Block {
  const decimals = traced === null ? 2 : liftDigits(traced);
  return {
    kind: "table",
    id: `most-hurt-${engine}`,
    caption: "The most hurt users, and the strongest way from an account to each",
    columns: [
      { name: "User" },
      { name: "Ratings", unit: "count" },
      { name: `Of ${countOf(targets.length, "target")} in the first ten` },
      { name: "Mean rank" },
      { name: "Account → item" },
      ...["Lift this way", "By the item", "In all"].map((name) => ({ name, decimals })),
    ],
    rows: users.slice(0, shownInMatrix).map((user, k): Cell[] => {
      const path = traced?.paths.find((candidate) => candidate.user === user.user);
      return [
        `Most hurt, place ${k + 1}`,
        user.ratings,
        `${user.listedBefore} → ${user.listedAfter}`,
        `${numberText(user.rankBefore, 0)} → ${numberText(user.rankAfter, 0)}`,
        path === undefined ? null : `account ${path.account} → ${path.item}`,
        ...(path === undefined ? [null, null, null] : [path.pathLift, path.itemLift, path.lift]),
      ];
    }),
    shown: 5,
  };
}

function tracedBlocks({ engine, groups }: RatingsHarm, traced: TracedHarm): Block[] {
  const accounts = traced.accounts.slice(0, shownInMatrix);
  return [
    {
      kind: "heat-map",
      id: `vulnerability-${engine}`,
      title: "Who can hurt whom",
      description: "Lift of the targets’ score, from each account to each group of users.",
      caption:
        "Vulnerability, fake accounts as sources: lift of the targets’ score for users of the column through the account of the row.",
      rows: accounts.map((account) => `account ${account}`),
      columns: groups.map(groupName),
      values: accounts.map((_, k) => traced.byGroup[k]),
      decimals: liftDigits(traced),
      reading: "{row} → users with {column}",
    },
    prose(agreementSentence(traced)),
  ];
}
