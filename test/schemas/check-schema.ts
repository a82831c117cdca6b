import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";

type Name = "sarif-2.1.0" | "cyclonedx-1.6" | "in-toto-statement-v1" | "dsse-envelope" | "gitlab-code-quality";

const read = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8")) as Record<string, unknown>;

/** A schema of draft 4 uses nothing that means something else in draft 7 but the name of its id. */
function asDraft7({ id, ...schema }: Record<string, unknown>): Record<string, unknown> {
  return { ...schema, $schema: "http://json-schema.org/draft-07/schema#", ...(id === undefined ? {} : { $id: id }) };
}

/** What is wrong with a document by a public schema, a line each; nothing where it holds. */
export function schemaFaults(name: Name, document: unknown): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, unicodeRegExp: false });
  (addFormats as unknown as (to: Ajv) => void)(ajv);
  for (const format of ["idn-email", "iri-reference"]) ajv.addFormat(format, true);
  if (name === "cyclonedx-1.6")
    for (const other of ["jsf-0.82", "spdx"])
      ajv.addSchema({ ...read(other), $id: `http://cyclonedx.org/schema/${other}.SNAPSHOT.schema.json` });
  const check = ajv.compile(asDraft7(read(name)));
  return check(document) === true ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
