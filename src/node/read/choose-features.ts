import { UsageError } from "../../core/errors.ts";
import { areCompactDates } from "./columns/compact-dates.ts";
import { quoted } from "./columns/say.ts";
import { findByName, labelNames, plainName, textNames } from "./columns/role-names.ts";
import { countsInRuns, countsRows, isIdName, isIndexName } from "./columns/row-numbers.ts";
import type { ProfiledColumn, TextProfile } from "./profile.ts";
import type { Note } from "./request.ts";
import { namedLikeRatings, sayRatingsAlone } from "./ratings/ratings-columns.ts";
import { type AskedColumns, listColumns } from "./resolve-columns.ts";

export interface ChosenFeatures {
  readonly features: readonly string[];
  /** Features that are read as text. */
  readonly texts: ReadonlySet<string>;
  readonly notes: readonly Note[];
}

const maxCategories = 1000;

/** Why a column is left out, as it is said of several together. */
type Reason = "dates" | "identifiers" | "row numbers" | "categories of too many values";
const reasons: readonly Reason[] = ["dates", "identifiers", "row numbers", "categories of too many values"];

interface LeftOut {
  readonly name: string;
  readonly reason: Reason;
  readonly detail: string;
}

/** The labels asked for, or the one column that is named like a label. @param columns those that have no other role; all that there are where `areAll` */
export function chooseLabels(
  asked: readonly string[],
  columns: readonly string[],
  { isDelimited, areAll }: { readonly isDelimited: boolean; readonly areAll: boolean },
): { labels: readonly string[]; notes: Note[] } {
  if (asked.length > 0) return { labels: asked, notes: [] };
  const found = findByName(columns, labelNames);
  if (found.length === 1 && areAll && sayRatingsAlone(columns))
    throw new UsageError(
      `rows say who rated what and nothing else (${listColumns(columns)}): use --ratings, or --label "${found[0]}" where a model is to learn it as a label`,
    );
  if (found.length === 1)
    return { labels: found, notes: [{ level: "info", text: `label: column "${found[0]}", by its name (override with --label)` }] };
  const why = found.length === 0 ? "no column is named like a label" : `several columns are named like a label (${listColumns(found)})`;
  const hint = isDelimited && columns.length === 1 ? "; if something else stands between cells, say what with --delimiter" : "";
  const ratings = namedLikeRatings(columns);
  const isUnnamed = columns.length >= 3 && columns.length <= 4 && columns.every((name, j) => name === `c${j + 1}`);
  const other =
    ratings !== null
      ? `; if rows say who (${quoted(ratings.user)}) chose or rated what (${quoted(ratings.item)}), use --ratings`
      : isUnnamed
        ? "; if rows say who rated what, use --ratings"
        : "";
  throw new UsageError(`${why}: say which one with --label; the columns are ${listColumns(columns)}${hint}${other}`);
}

/** What the model learns from: what was asked for, or every column that looks like a feature, with every guess said aloud. */
export function chooseFeatures(
  columns: readonly ProfiledColumn[],
  asked: AskedColumns,
  labels: readonly string[],
  rows: number,
  hasUnnamed: (name: string) => boolean,
): ChosenFeatures {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const named = [...asked.text, ...asked.features];
  const texts = new Set(asked.text);
  const notes: Note[] = [];
  const chosen: string[] = [];
  const left: LeftOut[] = [];
  const counting: string[] = [];
  const readAsText = (column: TextProfile): void => {
    texts.add(column.name);
    const why = readsLikeText(column)
      ? `its cells have ${Math.round(column.averageWords)} words on average`
      : "by its name; override with --features";
    notes.push({ level: "info", text: `"${column.name}" is read as text (${why})` });
  };
  if (named.length > 0 || asked.vectors === "alone") {
    for (const name of columns.map((column) => column.name).filter((candidate) => named.includes(candidate))) {
      const column = byName.get(name);
      if (column?.kind === "text" && !texts.has(name) && readsLikeText(column)) readAsText(column);
      chosen.push(name);
    }
  } else {
    const taken = new Set([...labels, ...asked.drop, asked.task, asked.source, asked.id]);
    for (const column of columns) {
      const { name } = column;
      if (taken.has(name)) continue;
      const reason = reasonToLeaveOut(column, rows, hasUnnamed(name));
      if (reason !== null) {
        if (reason === "identifiers" && column.kind === "text" && column.noNumbers !== undefined)
          notes.push({
            level: "warning",
            text: `${quoted(name)} is no column of numbers, as ${column.noNumbers.why}, and is left out since no value stands twice; write its numbers alike to learn from them`,
          });
        left.push({ name, reason, detail: reason === "categories of too many values" ? ` (${column.distinct} values)` : "" });
        if (reason === "row numbers" && !isIndexName(name) && !hasUnnamed(name)) counting.push(name);
        continue;
      }
      if (column.kind === "text" && isTextFeature(column)) readAsText(column);
      chosen.push(name);
    }
  }

  const constant = chosen.filter((name) => isConstant(byName.get(name), texts.has(name)));
  let features = chosen.filter((name) => !constant.includes(name));
  if (features.length === 0 && counting.length > 0 && asked.vectors === undefined) {
    // A column that merely rises with the rows may be all there is.
    features = counting;
    notes.push({
      level: "warning",
      text: `learned from although it only counts the rows, since nothing else is left: ${listColumns(counting)}`,
    });
  }
  const leftOut = left.filter(({ name }) => !features.includes(name));
  for (const reason of reasons) {
    const list = leftOut.filter((one) => one.reason === reason).map(({ name, detail }) => `"${name}"${detail}`);
    if (list.length === 0) continue;
    // A column with a name of its own that counts the rows may be meant.
    const isGuess = reason === "row numbers" && leftOut.some(({ name }) => counting.includes(name));
    const text = `left out as ${reason}: ${shorten(list)}`;
    notes.push(isGuess ? { level: "warning", text: `${text} (name them with --features to learn from them)` } : { level: "info", text });
  }
  const constants = constant.map((name) => `"${name}" (${contentOf(byName.get(name) as ProfiledColumn, rows)})`);
  // Separators at the ends of lines leave columns that nobody meant.
  const isMeant = constant.some((name) => !hasUnnamed(name) || byName.get(name)?.distinct !== 0);
  if (constant.length > 0)
    notes.push({ level: isMeant ? "warning" : "info", text: `constant, so left out of the features: ${shorten(constants)}` });
  if (features.length === 0 && asked.vectors === undefined) {
    const why = [
      ...leftOut.map(({ name, reason, detail }) => `"${name}" is left out as one of the ${reason}${detail}`),
      ...constants.map((text) => `${text} is constant`),
      ...roleReasons(asked, labels),
    ];
    throw new UsageError(
      `no column is left to learn from: ${why.length === 0 ? "" : `${shorten(why)}; `}name some with --features or --text; the columns are ${listColumns(columns.map(({ name }) => name))}`,
    );
  }
  return { features, texts, notes };
}

function shorten(list: readonly string[]): string {
  return list.length > 40 ? `${list.slice(0, 40).join(", ")} and ${list.length - 40} more` : list.join(", ");
}

function roleReasons(asked: AskedColumns, labels: readonly string[]): string[] {
  const roles: [string, readonly (string | null)[]][] = [
    ["the label", labels],
    ["the task", [asked.task]],
    ["the source", [asked.source]],
    ["the id", [asked.id]],
    ["dropped", asked.drop],
  ];
  return roles.flatMap(([role, names]) => names.flatMap((name) => (name === null ? [] : [`${quoted(name)} is ${role}`])));
}

function reasonToLeaveOut(column: ProfiledColumn, rows: number, isUnnamed: boolean): Reason | null {
  if (column.kind === "number") {
    if (column.allDistinct && isIdName(column.name)) return "identifiers";
    if (areCompactDates(column)) return "dates";
    const isIndex = isUnnamed || isIndexName(column.name);
    return (isIndex && (column.allDistinct || countsInRuns(column))) || countsRows(column) ? "row numbers" : null;
  }
  if (column.isDate) return "dates";
  if (isTextFeature(column)) return null;
  if (
    column.distinct >= 2 &&
    column.distinct === rows - column.missing &&
    column.missing <= Math.max(Number(isIdName(column.name)), 0.01 * rows)
  )
    return isIndexName(column.name) || isUnnamed ? "row numbers" : "identifiers";
  return column.distinct > maxCategories && column.distinct > 0.2 * rows ? "categories of too many values" : null;
}

function readsLikeText(column: TextProfile): boolean {
  const present = column.codes.length - column.missing;
  return !column.isDate && column.averageWords >= 4 && column.distinct > 0.5 * present;
}

/** Reads like text, or is named so and does not read like a category. */
function isTextFeature(column: TextProfile): boolean {
  if (readsLikeText(column)) return true;
  const present = column.codes.length - column.missing;
  return (
    !column.isDate &&
    textNames.includes(plainName(column.name)) &&
    column.averageWords >= 1.5 &&
    column.distinct > Math.max(10, 0.05 * present)
  );
}

function isConstant(column: ProfiledColumn | undefined, isText: boolean): boolean {
  if (column === undefined) return false;
  if (isText && column.kind === "text") return column.names.length <= 1;
  return column.distinct === 0 || (column.distinct === 1 && column.missing === 0);
}

/** What a constant column holds, said so that it is true. */
function contentOf(column: ProfiledColumn, rows: number): string {
  const missing = column.kind === "text" ? column.codes.reduce((sum, code) => sum + Number(code < 0), 0) : column.missing;
  if (missing === rows || column.distinct === 0) return "no value in any row";
  return missing === 0 ? "one value in all rows" : `one value and ${missing} missing ${missing === 1 ? "cell" : "cells"}`;
}
