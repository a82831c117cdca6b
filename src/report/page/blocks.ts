import type { Figure } from "../../numeric/statistics/intervals.ts";
import { budgetText, numberText } from "../words/format.ts";
import { countOf } from "../words/words.ts";
import type { StudyBudgets } from "../../study/budgets.ts";
import type { Axis, Block, Column, Details, Facts, Noted, Section, Sentences, Told } from "./document.ts";

/** A section that opens on demand. */
export function section(id: string, title: string, lead: string, ...blocks: readonly (Block | null)[]): Section {
  return { id, title, ...(lead === "" ? {} : { lead }), blocks: blocks.filter((block) => block !== null) };
}

export function opened(one: Section): Section {
  return { ...one, isOpen: true };
}

export function folded(id: string, summary: string, ...blocks: readonly (Block | null)[]): Details {
  return { kind: "details", id, summary, blocks: blocks.filter((block) => block !== null) };
}

export function prose(...items: readonly string[]): Sentences {
  return { kind: "sentences", items };
}

export function listed(...items: readonly string[]): Sentences {
  return { kind: "sentences", look: "list", items };
}

export function facts(items: readonly (readonly [string, string | Noted | readonly (string | Noted)[]])[]): Facts {
  return { kind: "facts", items: items.map(([name, value]) => ({ name, values: Array.isArray(value) ? value : [value] })) };
}

/** A figure with a remark below it; unknown where there is no figure. */
export function told(figure: Figure | null | undefined, note?: string): Told | null {
  if (figure === null || figure === undefined) return null;
  return note === undefined ? figure : { ...figure, note };
}

/** A column for each budget, by the name that it was asked for. */
export function budgetColumns(budgets: readonly number[], of: Pick<StudyBudgets, "counted">): Column[] {
  return budgets.map((budget) => ({ name: budgetText(budget, of) }));
}

export function budgetAxis(name: string, budgets: readonly number[], of: Pick<StudyBudgets, "counted">): Axis {
  const [least, most] = [Math.min(...budgets), Math.max(...budgets)];
  return {
    name,
    ticks: budgets.map((at) => ({ at, name: budgetText(at, of) })),
    ...(most / least > 12 ? { isLog: true } : {}),
  };
}

/** `5 seeds`; what a single one cannot tell is said with it. */
export function seedWords(seeds: number): string {
  return seeds === 1 ? "a single seed, which does not say how far another would differ" : countOf(seeds, "seed");
}

/** Every figure of a chart in words, for those who cannot see it: the first of many. */
export function describeSeries(
  series: readonly { readonly name: string; readonly points: readonly { readonly x: number; readonly figure: Figure }[] }[],
  placeOf: (x: number) => string,
): string {
  const shown = series.slice(0, 10);
  const rest = series.length > shown.length ? ` And ${series.length - shown.length} more, which the table has.` : "";
  return `${shown.map(({ name, points }) => `${name}: ${points.map(({ x, figure }) => `${numberText(figure.value)} at ${placeOf(x)}`).join(", ")}.`).join(" ")}${rest}`;
}

/** The sections of one of several, with ids of their own, as blocks of one section. */
export function within(sections: readonly Section[], name: string): Block[] {
  const own = <T>(value: T): T => {
    if (Array.isArray(value)) return value.map(own) as T;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === "id" && typeof inner === "string" ? `${inner}-${name}` : own(inner as unknown),
      ]),
    ) as T;
  };
  return sections.map(({ id, title, lead, isOpen, blocks }): Block => ({
    kind: "details",
    id: `${id}-${name}`,
    summary: title,
    ...(lead === undefined ? {} : { note: lead }),
    ...(isOpen === undefined ? {} : { isOpen }),
    blocks: own(blocks),
  }));
}
