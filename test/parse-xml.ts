export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text within, unescaped. */
  readonly text: string;
}

const entities: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };

/** A strict parser of the part of XML that reports are made of; throws on anything that is not well-formed. */
export function parseXml(text: string): XmlElement {
  const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u.exec(text);
  if (forbidden !== null) throw new Error(`forbidden character at ${forbidden.index}`);
  const body = text.replace(/^(<\?xml[^>]*\?>|<!DOCTYPE html>)\s*/, "");
  const token = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[A-Za-z][\w:-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  type Open = { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string };
  const root: Open = { name: "", attributes: {}, children: [], text: "" };
  const stack: Open[] = [root];
  let at = 0;
  while (at < body.length) {
    token.lastIndex = at;
    const match = token.exec(body);
    if (match === null) throw new Error(`not well-formed at ${at}: ${body.slice(at, at + 80)}`);
    at = token.lastIndex;
    const [, closing, name, attributes, empty, chars] = match;
    const top = stack[stack.length - 1];
    if (chars !== undefined) top.text += top.name === "style" ? chars : unescapeText(chars);
    else if (closing === "/") {
      if (top.name !== name) throw new Error(`</${name}> where </${top.name}> was due`);
      stack.pop();
      const parent = stack[stack.length - 1];
      parent.children.push(top);
      parent.text += top.text;
    } else {
      const element: Open = { name, attributes: parseAttributes(attributes), children: [], text: "" };
      if (empty === "/") top.children.push(element);
      else stack.push(element);
    }
  }
  if (stack.length !== 1) throw new Error(`<${stack[stack.length - 1].name}> is never closed`);
  if (root.children.length !== 1) throw new Error(`${root.children.length} roots`);
  return root.children[0];
}

/** Every element within, itself first, in document order. */
export function elementsOf(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(elementsOf)];
}

function parseAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/([A-Za-z][\w:-]*)="([^"]*)"/g)) {
    if (name in attributes) throw new Error(`attribute ${name} stands twice`);
    attributes[name] = unescapeText(value);
  }
  return attributes;
}

function unescapeText(text: string): string {
  return text.replace(/&[^;\s]{0,8};?/g, (entity) => {
    if (entities[entity] === undefined) throw new Error(`bare ampersand: ${entity}`);
    return entities[entity];
  });
}
