import type { CertificateUnit } from "../../core/certificate.ts";
import { type Certified, type CertificateResult, certificateNames, figureAt } from "../../study/certify/result.ts";
import type { Verdict } from "../judging/verdict.ts";
import { atLeastText, atMostText, figureText, numberText, percentText } from "../words/format.ts";
import { textTable } from "../words/text-table.ts";
import { listSentences } from "./ratings-text.ts";
import { capitalised, countOf, countText, listText } from "../words/words.ts";

const verbs: Readonly<Record<CertificateUnit, string>> = {
  insertions: "adds",
  deletions: "takes away",
  "label-flips": "relabels",
  edits: "replaces",
  accounts: "posts or edits through",
};
const passive: Readonly<Record<CertificateUnit, string>> = {
  insertions: "are added",
  deletions: "are taken away",
  "label-flips": "are relabelled",
  edits: "are replaced",
  accounts: "are added or taken over",
};
const nouns: Readonly<Record<CertificateUnit, string>> = {
  insertions: "row",
  deletions: "row",
  "label-flips": "row",
  edits: "row",
  accounts: "account",
};

/** What `theriac certify` says: a sentence of each certificate, then its curve. */
export function renderCertified(result: Certified, name: string, verdict: Verdict | null): string {
  const { certificates, notRun, totals, tested } = result;
  const names = certificateNames(certificates);
  const accounts = totals.accounts === null ? "" : ` of ${countOf(totals.accounts, "account")}`;
  return [
    `${name}: what no attacker within a budget can do; ${countOf(totals.rows, "row")}${accounts} learned from, ${countText(tested.length)} answered`,
    ...(verdict === null || verdict.outcome === "not-judged" ? [] : [verdictText(verdict)]),
    ...certificates.map((certificate, k) => ofCertificate(certificate, result, names[k])),
    ...(notRun.length === 0 ? [] : [["Not certified:", ...notRun.map(({ id, why }) => `  ${id}: ${why}`)].join("\n")]),
    ...(certificates.length === 0 ? ["Nothing was certified, so nothing is known."] : []),
  ].join("\n\n");
}

function verdictText({ outcome, reasons }: Verdict): string {
  return [`${outcome}:`, ...reasons.map((reason) => `  ${reason}`)].join("\n");
}

function ofCertificate(certificate: CertificateResult, result: Certified, name: string): string {
  const { made, assumes } = certificate;
  return [
    `${name}: ${made}`,
    ...sentencesOf(certificate, result).map((sentence) => `  ${sentence}`),
    indent(curveTable(certificate, result)),
    ...sandwichLines(certificate).map((line) => `  ${line}`),
    `  It holds where ${assumes.join("; ")}.`,
  ].join("\n");
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}

/** What a certificate says, a sentence each. */
export function sentencesOf(certificate: CertificateResult, { majority, lists }: Pick<Certified, "majority" | "lists">): string[] {
  if (lists !== undefined) return listSentences(certificate, lists);
  const { metric, clean, confidence } = certificate;
  const sure = confidence === null ? "" : ` That holds with confidence ${percentText(confidence)}.`;
  if (metric === "certifiedAccuracy") {
    const baseline =
      majority === null
        ? ""
        : `; always the most frequent class: ${numberText(majority)}${clean.value > majority ? "" : ", which is no less: such a model is easy to certify and worth little"}`;
    return [
      `${answersSentence(certificate)}${sure}`,
      `Accuracy without poison ${figureText(clean)}${baseline}. ${medianSentence(certificate)}`,
      costsSentence(certificate),
    ];
  }
  if (metric === "certifiedRmse") return [`${rmseSentence(certificate)}${sure}`, costsSentence(certificate)];
  return [`Training loss without poison ${figureText(clean)}.${sure}`, costsSentence(certificate)];
}

/** At the largest radius at which three quarters of what is right without poison stay certified. */
function answersSentence(certificate: CertificateResult): string {
  const { curve, stable = [], unit, clean } = certificate;
  const half = curve.reduce((last, { figure }, k) => (figure !== null && figure.value >= 0.75 * clean.value ? k : last), 0);
  const { radius } = curve[half];
  const changed = 1 - stable[half];
  if (radius === 0) return `One ${nouns[unit]} may be enough to change more than a quarter of the right answers.`;
  const limit = radius === 1 ? `one ${nouns[unit]}` : `up to ${countOf(radius, nouns[unit])}`;
  const part = changed === 0 ? "none" : `no more than ${percentText(Math.ceil(changed * 1000 - 1e-9) / 1000)}`;
  return `Whoever ${verbs[unit]} ${limit} changes ${part} of the answers, whatever is in them.`;
}

function medianSentence({ medianRadius = -1, unit }: CertificateResult): string {
  if (medianRadius === null)
    return `However many ${unit === "accounts" ? "accounts" : "rows"} ${passive[unit]}, half of all answers are right and stay.`;
  return medianRadius < 0
    ? "Fewer than half of the answers are right."
    : `Half of all answers are right and outlast ${countOf(medianRadius, nouns[unit])}.`;
}

function rmseSentence({ curve, clean, unit }: CertificateResult): string {
  const last = curve.reduce((found, { figure }, k) => (figure === null ? found : k), 0);
  const { radius, figure } = curve[last];
  const noun = nouns[unit];
  return `RMSE without poison ${figureText(clean)}; ${radius === 0 ? `one ${noun} may be enough for any error` : `${countOf(radius, noun)} cannot raise it above ${atMostText(figure?.value ?? Infinity)}, and with more nothing is certain`}.`;
}

function costsSentence({ costs, unit, metric }: CertificateResult): string {
  const words: Readonly<Record<CertificateUnit, string>> = {
    insertions: "a row added",
    deletions: "a row taken away",
    "label-flips": metric === "certifiedRmse" ? "a number to be predicted that is changed" : "a label flipped",
    edits: "a row replaced",
    accounts: "an account, whatever it adds, edits or takes away,",
  };
  const told = Object.entries(costs).map(([change, cost]) => `${words[change as CertificateUnit]} counts ${cost}`);
  return `${capitalised(listText(told))}; nothing else is bounded (unit: ${unit}).`;
}

/** Round numbers as far as the curve goes. */
export function tableRadii({ curve }: Pick<CertificateResult, "curve">): number[] {
  const last = curve[curve.length - 1].radius;
  return [...[0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((radius) => radius < last), last];
}

/** Radii of round numbers, and of shares of what is learned from. */
function curveTable(certificate: CertificateResult, { totals }: Certified): string {
  const { metric, unit } = certificate;
  const total = unit === "accounts" ? (totals.accounts ?? totals.rows) : totals.rows;
  const radii = tableRadii(certificate);
  const share = (radius: number): string => (radius === 0 ? "0 %" : percentText(Number(((radius / total) as number).toPrecision(2))));
  const figure = (radius: number): string => {
    const found = figureAt(certificate, radius);
    if (found === null) return "none";
    return metric === "certifiedAccuracy" ? atLeastText(found.value) : atMostText(found.value);
  };
  return textTable([
    [unit, ...radii.map((radius) => countText(radius))],
    [`of ${countText(total)}`, ...radii.map(share)],
    [
      metric === "certifiedAccuracy" ? "certified accuracy" : metric === "certifiedRmse" ? "RMSE at most" : "loss at most",
      ...radii.map(figure),
    ],
  ]);
}

/** What lies between the strongest attack that was found and what is certain. */
function sandwichLines({ sandwich, unit, metric }: CertificateResult): string[] {
  if (metric !== "certifiedAccuracy" && metric !== "certifiedRmse") return [];
  if (sandwich === undefined)
    return ["No attack was tried on these models, so how near to the certificate it can get is open (--attack, or --effort standard)."];
  const { steps, notTried } = sandwich;
  if (steps.length === 0)
    return [`No attack could be tried on these models: ${notTried.map(({ id, why }) => `${id} (${why})`).join(", ")}.`];
  const rows = steps.map(({ radius, certified, attacked, attack }) => [
    countOf(radius, nouns[unit]),
    numberText(certified),
    attacked === null ? "not tried" : numberText(attacked),
    attacked === null ? "" : numberText(Math.abs(attacked - certified)),
    attack ?? "",
  ]);
  return [
    ...textTable([
      ["budget", metric === "certifiedRmse" ? "RMSE at most" : "certified", "attacked", "between", "strongest attack found"],
      ...rows,
    ]).split("\n"),
    ...(notTried.length === 0 ? [] : [`Not tried: ${notTried.map(({ id, why }) => `${id} (${why})`).join(", ")}.`]),
  ];
}

/** One sentence of each certificate, for an audit that tells more of other things. */
export function certainSentences({ certificates, notRun, majority, lists }: Certified): string[] {
  if (certificates.length === 0) return [`Nothing was certified: ${notRun.map(({ id, why }) => `${id} (${why})`).join("; ")}.`];
  return certificates.flatMap((certificate) => {
    const [first] = sentencesOf(certificate, lists === undefined ? { majority } : { majority, lists });
    return [
      `${first} (${certificate.id}: ${certificate.made}; without poison ${numberText(certificate.clean.value)}${majority !== null && certificate.metric === "certifiedAccuracy" ? `, always the most frequent class ${numberText(majority)}` : ""})`,
    ];
  });
}
