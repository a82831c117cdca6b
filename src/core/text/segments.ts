const mostRemembered = 200_000;

/** Node without ICU has no segmenter; then every letter with its marks is a word. One locale, or the environment of a machine would change what words are. */
const segmenterOfNode = (): Intl.Segmenter | null =>
  typeof Intl === "object" && "Segmenter" in Intl ? new Intl.Segmenter("en", { granularity: "word" }) : null;
/** Made when the first such run comes: its dictionaries take their time to load. */
let segmenter: Intl.Segmenter | null = null;
const whole = new Map<string, readonly string[]>();

/**
 * The words of a run of letters that is written without blanks, by ICU's dictionaries. What is cut further when it stands alone is cut further here, so that each
 * of these words is found again wherever it stands between blanks.
 */
export function segments(run: string): readonly string[] {
  segmenter ??= segmenterOfNode();
  if (segmenter === null) return run.match(/\P{M}\p{M}*/gu) ?? [];
  const found: string[] = [];
  for (const { segment } of segmenter.segment(run)) {
    const parts = segmentsAlone(segment);
    if (parts.length === 1) found.push(segment);
    else for (const part of parts) found.push(part);
  }
  return found;
}

function segmentsAlone(segment: string): readonly string[] {
  let parts = whole.get(segment);
  if (parts !== undefined) return parts;
  parts = Array.from((segmenter as Intl.Segmenter).segment(segment), (part) => part.segment);
  if (parts.length > 1) parts = parts.flatMap(segmentsAlone);
  if (whole.size >= mostRemembered) whole.clear();
  whole.set(segment, parts);
  return parts;
}
