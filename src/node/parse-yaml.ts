import { Lexer, Parser, parseDocument } from "yaml";
import { UsageError } from "../core/errors.ts";

/** A document stands on the parser's stack with a few entries a level. */
const deepestStack = 200;

/** The value of a YAML document. @throws UsageError of one line where it is none, or is made to fill stack or memory */
export function parseYaml(file: string, text: string): unknown {
  // The composer calls itself for each level, and near the end of the stack the engine may end the process; the parser below does not.
  if (isNestedTooDeeply(text)) throw new UsageError(`${file}: it is nested too deeply for a configuration`);
  try {
    const document = parseDocument(text, { logLevel: "error" });
    const [error] = document.errors;
    if (error === undefined) return document.toJS({ maxAliasCount: 100 }) as unknown;
    const line = error.linePos?.[0].line;
    throw new UsageError(
      `${file}: ${line === undefined ? "" : `line ${line}: `}${error.message.split("\n")[0].replace(/ at line \d+.*$/, "")}`,
    );
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // An alias without an anchor, or more of them than anybody writes.
    throw new UsageError(
      `${file} is not YAML that a configuration can be: ${(error instanceof Error ? error.message : String(error)).slice(0, 300)}`,
    );
  }
}

function isNestedTooDeeply(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > deepestStack) return true;
  }
  return false;
}
