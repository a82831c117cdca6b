import type { CertifiedRatings, RatingCertificateResult } from "../../study/certify/certify-ratings.ts";
import type { Targeted } from "../../study/certify/rating-targets.ts";
import { type CertificateResult, type CertifiedLists, figureAt } from "../../study/certify/result.ts";
import type { Verdict } from "../judging/verdict.ts";
import { atLeastText, figureText, numberText, percentText } from "../words/format.ts";
import { textTable } from "../words/text-table.ts";
import { countOf, countText } from "../words/words.ts";

/** What `theriac certify` says of ratings: a few sentences of each certificate, then its curve and what targets take. */
export function renderCertifiedRatings(result: CertifiedRatings, name: string, verdict: Verdict): string {
  const { certificates, notRun, totals, users, heldOut } = result;
  const drawn = users.certified < users.able ? ` (drawn from ${countText(users.able)})` : "";
  const held = `${countOf(heldOut.ratings, "rating")} held back, ${heldOut.by === "time" ? "the last of each user" : "drawn from each user's by chance"}`;
  return [
    `${name}: what no accounts within a budget can do; ${countOf(totals.rows, "rating")} of ${countOf(totals.accounts ?? 0, "user")} learned from, ${held}; lists of ${countOf(users.certified, "user")}${drawn}`,
    ...(verdict.outcome === "not-judged" ? [] : [[`${verdict.outcome}:`, ...verdict.reasons.map((reason) => `  ${reason}`)].join("\n")]),
    ...certificates.map((certificate) => ofCertificate(certificate, result)),
    ...(notRun.length === 0 ? [] : [["Not certified:", ...notRun.map(({ id, why }) => `  ${id}: ${why}`)].join("\n")]),
    ...(certificates.length === 0 ? ["Nothing was certified, so nothing is known."] : []),
  ].join("\n\n");
}

function ofCertificate(certificate: RatingCertificateResult, result: CertifiedRatings): string {
  const { id, made, assumes } = certificate;
  const lines = [
    ...listSentences(certificate, result),
    ...curveTable(certificate, result).split("\n"),
    `It holds where ${assumes.join("; ")}.`,
  ];
  return [`${id}: ${made}`, ...lines.map((line) => `  ${line}`)].join("\n");
}

/** What a certificate says of lists and of targets, a sentence each. */
export function listSentences(certificate: CertificateResult, lists: Pick<CertifiedLists, "top">): string[] {
  const { targeted = [], confidence } = certificate;
  return [
    precisionSentence(certificate, lists),
    ...targeted.map((group) => targetSentence(group, lists)),
    ...(confidence === null ? [] : [`All of that holds with confidence ${percentText(confidence)}.`]),
  ];
}

/** At the largest radius at which half of the precision without poison stays certified. */
function precisionSentence({ curve, clean }: CertificateResult, { top }: Pick<CertifiedLists, "top">): string {
  const found = `Precision of the first ${top} without poison is ${figureText(clean)}: so many of the places hold what the user did rate`;
  const last = curve
    .filter(({ radius, figure }) => radius > 0 && figure !== null && figure.value > 0 && figure.value >= clean.value / 2)
    .at(-1);
  if (last === undefined) return `${found}; one account may be enough to take more than half of that.`;
  return `${found}; whoever has ${accountsText(last.radius)} leaves at least ${atLeastText(last.figure!.value)}, whatever they rate.`;
}

const groupWords: Readonly<Record<Targeted["group"], (items: number) => string>> = {
  named: (items) => `one of the ${items} named items`,
  unpopular: () => "an unpopular item",
  middling: () => "an item of middling popularity",
};

function targetSentence({ group, items, reach }: Targeted, { top }: Pick<CertifiedLists, "top">): string {
  const half = reach[reach.length - 1];
  const what = items.length === 1 ? `"${items[0].item}"` : groupWords[group](items.length);
  const into = `into the first ${top} of half of the users who have not rated it`;
  if (half.median === null) return `No number of accounts that was looked at brings ${what} ${into}.`;
  if (half.median === 0) return `It may take no account at all to bring ${what} ${into}.`;
  const easiest =
    items.length === 1
      ? ""
      : ` (the middle of ${items.length}; the easiest ${half.least === null ? "more than were looked at" : half.least})`;
  const few = reach[0];
  const first = few.median === null ? "" : `, of ${percentText(few.share)} of them ${few.median}`;
  return `To bring ${what} ${into} takes at least ${countOf(half.median, "account")}${easiest}${first}.`;
}

function accountsText(radius: number): string {
  return radius === 1 ? "one account" : `up to ${countOf(radius, "account")}`;
}

/** Radii of round numbers, and of shares of the users. */
function curveTable(certificate: RatingCertificateResult, { totals }: CertifiedRatings): string {
  const last = certificate.curve.at(-1)!.radius;
  const radii = [0, 1, 2, 5, 10, 20, 50, 100, 200].filter((radius) => radius <= last);
  const share = (radius: number): string => percentText(Number((radius / (totals.accounts ?? 1)).toPrecision(2)));
  return textTable([
    ["accounts", ...radii.map(countText)],
    [`of ${countText(totals.accounts ?? 0)}`, ...radii.map(share)],
    ["certified precision", ...radii.map((radius) => numberText(figureAt(certificate, radius)!.value))],
  ]);
}
