import { UsageError } from "../../../core/errors.ts";
import type { NamedColumn } from "../../../core/table.ts";
import { ratingValues } from "./rating-values.ts";

/** How a file writes ratings, the reverse of `ratingValues`: as most rows do that have the rating, and one that none has in the manner of the others. */
export function writtenRatings({
  name: column,
  codes,
  names: cells,
}: Pick<NamedColumn, "name" | "codes" | "names">): (rating: number) => string {
  const names = cells.map((text) => text.trim());
  const counts = new Int32Array(names.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const { values } = ratingValues(names);
  const usual = [...names.keys()].filter((code) => Number.isFinite(values[code])).sort((a, b) => counts[b] - counts[a]);
  const known = new Map<number, string>();
  for (const code of usual) if (!known.has(values[code])) known.set(values[code], names[code]);
  const isRead = (text: string, rating: number): boolean => ratingValues([...names, text]).values[names.length] === rating;
  return (rating) => {
    let text = known.get(rating);
    if (text === undefined) {
      text = usual.flatMap((code) => inTheManner(names[code], rating)).find((candidate) => isRead(candidate, rating));
      if (text === undefined)
        throw new UsageError(
          `column "${column}" has no row that shows how ${rating} is written, as a fake account would: name the scale with --scale`,
        );
      known.set(rating, text);
    }
    return text;
  };
}

/** Another number in the place of the first one of a text, with as many decimals or more; or so many signs. */
function inTheManner(text: string, rating: number): string[] {
  const [number] = /\d+(?:[.,]\d+)?/.exec(text) ?? [];
  if (number === undefined) {
    const [sign] = Array.from(text);
    return Number.isInteger(rating) && rating > 0 ? [sign.repeat(rating)] : [];
  }
  const decimals = number.split(/[.,]/)[1]?.length ?? 0;
  const fixed = rating.toFixed(decimals);
  const digits = Number(fixed) === rating ? fixed : String(rating);
  const written = number.includes(",") ? digits.replace(".", ",") : digits;
  // A sign of its own where the text has none: numbers below zero stand alone.
  return [text.replace(/[-\u2212]?\d+(?:[.,]\d+)?/, () => written)];
}
