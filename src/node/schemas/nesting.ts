/** No document of Theriac is nested more than a dozen levels. */
export const deepestNesting = 64;

/** Whether brackets are open more than `deepestNesting` deep somewhere in a JSON text; those in strings do not count. */
export function isNestedTooDeeply(text: string): boolean {
  if (!hasManyBrackets(text)) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > deepestNesting) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

/** Without so many brackets nothing is nested so deeply; the engine finds them faster than the walk above, and most texts are lines with a few. */
function hasManyBrackets(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf("{"); at >= 0 && count <= deepestNesting; at = text.indexOf("{", at + 1)) count++;
  for (let at = text.indexOf("["); at >= 0 && count <= deepestNesting; at = text.indexOf("[", at + 1)) count++;
  return count > deepestNesting;
}
