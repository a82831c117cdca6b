import type { RatingsHarm, TracedHarm } from "../../study/ratings/harm.ts";
import { numberText } from "../words/format.ts";
import { type Markup, markup } from "../words/markup.ts";
import { agreementSentence, groupName, harmSentence, liftDigits, shownInMatrix, untracedSentence } from "./harm-text.ts";
import { reportTable, typographic } from "../page/table.ts";
import { countOf, countText, shareText } from "../words/words.ts";

/** Who is hurt, engine by engine, for the page: users by how much they rated, and the most hurt by their place alone. */
export function harmPart(harm: readonly RatingsHarm[]): Markup | null {
  if (harm.length === 0) return null;
  return markup`<section aria-labelledby="harm">
<h2 id="harm">Who is hurt</h2>
<p>What the strongest attack at the largest budget does to each user, engine by engine: of the first seed, trained with and without the accounts.
A lift is what the score of the targets loses when their own row of the model is fitted without an account, the rest of the model held.</p>
${harm.map(engineHarm)}
</section>`;
}

function engineHarm(harm: RatingsHarm): Markup {
  const { engine, traced, groups } = harm;
  return markup`<h3>${engine}</h3>
<p>${typographic(`${harmSentence(harm)}.`)}</p>
${reportTable({
  id: `harm-${engine}`,
  caption: "Exposure to the targets before and after, by how much people rated",
  head: ["Users with", "Users", "In the first ten", "Mean rank", "Score shift"],
  groups: [
    {
      name: null,
      rows: groups.map((group) => ({
        head: groupName(group),
        cells: [
          countText(group.users),
          arrow(shareText(group.hitRateBefore), shareText(group.hitRateAfter)),
          arrow(numberText(group.meanRankBefore, 0), numberText(group.meanRankAfter, 0)),
          typographic(numberText(group.shift, 2)),
        ],
      })),
    },
  ],
})}
${mostHurt(harm)}
${traced === null ? markup`<p>${untracedSentence(engine)}</p>` : tracedTables(harm, traced)}`;
}

function mostHurt({ engine, users, targets, traced }: RatingsHarm): Markup {
  const digits = traced === null ? 2 : liftDigits(traced);
  return reportTable({
    id: `most-hurt-${engine}`,
    caption: "The most hurt users, and the strongest way from an account to each",
    head: [
      "User",
      "Ratings",
      `Of ${countOf(targets.length, "target")} in the first ten`,
      "Mean rank",
      "Account → item",
      "Lift this way / by the item / in all",
    ],
    groups: [
      {
        name: null,
        rows: users.slice(0, shownInMatrix).map((user, k) => {
          const path = traced?.paths.find((candidate) => candidate.user === user.user);
          return {
            head: `Most hurt, place ${k + 1}`,
            cells: [
              countText(user.ratings),
              arrow(String(user.listedBefore), String(user.listedAfter)),
              arrow(numberText(user.rankBefore, 0), numberText(user.rankAfter, 0)),
              path === undefined ? "–" : `account ${path.account} → ${path.item}`,
              path === undefined
                ? "–"
                : typographic([path.pathLift, path.itemLift, path.lift].map((lift) => numberText(lift, digits)).join(" / ")),
            ],
          };
        }),
      },
    ],
  });
}

function tracedTables({ engine, groups }: RatingsHarm, traced: TracedHarm): Markup {
  const digits = liftDigits(traced);
  return markup`<h4>Who can hurt whom</h4>
${reportTable({
  id: `vulnerability-${engine}`,
  caption: "Vulnerability, fake accounts as sources: lift of the targets’ score for users of the column through the account of the row",
  head: ["From account", ...groups.map(groupName)],
  groups: [
    {
      name: null,
      rows: traced.accounts.slice(0, shownInMatrix).map((account, k) => ({
        head: `account ${account}`,
        cells: traced.byGroup[k].map((lift) => typographic(numberText(lift, digits))),
      })),
    },
  ],
})}
<p>${typographic(agreementSentence(traced))}</p>`;
}

function arrow(before: string, after: string): string {
  return typographic(`${before} → ${after}`);
}
