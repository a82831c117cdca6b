import { catalog } from "../../catalog.ts";
import type { MethodInfo } from "../../core/method.ts";
import { dropFindings } from "../../study/dialogues/config.ts";
import { paramsSchema } from "../../core/params.ts";
import { encoderParams } from "../../data/encoder.ts";
import type { JsonSchema } from "./json-schema.ts";
import { type DataKind, type Option, type OptionType, dataKinds } from "./options/option.ts";
import { optionsOf } from "./options/options.ts";

const column: JsonSchema = { anyOf: [{ type: "string" }, { type: "integer", minimum: 1 }] };

const methodLists = ["learners", "attacks", "detectors", "repairs", "certificates"] as const;
/** What an option may name, by kind of data. */
export const methodsByKind: Readonly<Record<DataKind, Readonly<Record<(typeof methodLists)[number], readonly MethodInfo[]>>>> = {
  table: catalog,
  ratings: { ...catalog.ratings, learners: catalog.ratings.recommenders },
  dialogues: { ...catalog.dialogues, repairs: [dropFindings], certificates: [] },
};

/** JSON Schema of a configuration file, made from the table of options and the catalog as it stands, methods of one's own included. Files are checked against it. */
export const configSchema = (): JsonSchema => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Theriac configuration",
  if: saysKind("ratings"),
  then: { $ref: "#/$defs/ratings" },
  else: { if: saysKind("dialogues"), then: { $ref: "#/$defs/dialogues" }, else: { $ref: "#/$defs/table" } },
  $defs: Object.assign({}, ...dataKinds.map((kind) => ({ [kind]: schemaOfKind(kind), ...methodSchemas(kind) }))) as Record<
    string,
    JsonSchema
  >,
});

function saysKind(kind: DataKind): JsonSchema {
  return {
    type: "object",
    required: ["data"],
    properties: { data: { type: "object", required: ["kind"], properties: { kind: { const: kind } } } },
  };
}

/** The schema of configurations of such data, whether they say so or not; what it refers to is in `configSchema()`. */
export function schemaOfData(kind: DataKind): JsonSchema {
  return { $ref: `#/$defs/${kind}` };
}

function schemaOfKind(kind: DataKind): JsonSchema {
  const keyed = optionsOf("audit", kind).filter(({ key }) => key !== undefined);
  const dataKeys = keyed.filter(({ key }) => /^data\.\w+$/.test(key!));
  const properties = (some: readonly Option[]): Record<string, JsonSchema> =>
    Object.fromEntries(some.map((option) => [option.key!.replace("data.", ""), schemaOfOption(option, kind)]));
  return {
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: { type: "string", description: "where this schema is" },
      data: { type: "object", additionalProperties: false, description: "what is read", properties: properties(dataKeys) },
      ...properties(keyed.filter(({ key }) => !key!.includes("."))),
    },
  };
}

function schemaOfOption({ type, help, about = help, default: unasked }: Option, kind: DataKind): JsonSchema {
  return { ...schemaOfType(type, kind), description: about, ...(unasked === undefined ? {} : { default: unasked }) };
}

function schemaOfType(type: OptionType, kind: DataKind): JsonSchema {
  switch (type.of) {
    case "switch":
      return type.sets === undefined ? { type: "boolean" } : { const: type.sets };
    case "either":
    case "off":
      return { type: "boolean" };
    case "text":
    case "path":
      return { type: "string" };
    case "texts":
    case "paths":
      return { type: "array", items: { type: "string" } };
    case "values":
      return { type: "array", items: { anyOf: [{ type: "number" }, { type: "string" }] } };
    case "column":
      return column;
    case "columns":
      return { type: "array", items: column };
    case "choice":
    case "one-choice":
      return { enum: type.among };
    case "choices":
      return { type: "array", items: { enum: type.among } };
    case "whole":
      return { type: "integer", minimum: type.min, ...(type.max === undefined ? {} : { maximum: type.max }) };
    case "fraction":
      return { type: "number", exclusiveMinimum: 0, ...(type.orAll === true ? { maximum: 1 } : { exclusiveMaximum: 1 }) };
    case "positive":
      return { type: "number", exclusiveMinimum: 0 };
    case "budget":
      return { anyOf: [{ type: "number", exclusiveMinimum: 0, maximum: 1 }, { type: "string" }] };
    case "budgets":
      return { type: "array", items: { anyOf: [{ type: "number", exclusiveMinimum: 0, maximum: 1 }, { type: "string" }] } };
    case "method":
      return { $ref: refTo(kind, type.list) };
    case "methods":
      return methodsSchema(type, kind);
    case "scale":
      return {
        type: "object",
        additionalProperties: false,
        required: ["low", "high"],
        properties: { low: { type: "number" }, high: { type: "number" }, clip: { type: "boolean", default: false } },
      };
    case "encoder":
      return paramsSchema(encoderParams) as JsonSchema;
  }
}

function methodsSchema({ list, orOne }: OptionType & { readonly of: "method" | "methods" }, kind: DataKind): JsonSchema {
  const one: JsonSchema = { $ref: refTo(kind, list) };
  const several: JsonSchema = { type: "array", items: one };
  return orOne === true ? { anyOf: [one, several] } : several;
}

function refTo(kind: DataKind, ...names: readonly string[]): string {
  return `#/$defs/${[kind, ...names].join(".")}`;
}

/** Each method by its id, or as an object with the id and parameters. */
function methodSchemas(kind: DataKind): Record<string, JsonSchema> {
  const out: Record<string, JsonSchema> = {};
  const asked = optionsOf("audit", kind).flatMap(({ type }) => ("list" in type ? [type.list] : []));
  for (const list of methodLists.filter((name) => asked.includes(name))) {
    const methods = methodsByKind[kind][list];
    const more: Record<string, JsonSchema> = list === "repairs" ? { detector: { $ref: refTo(kind, "detectors") } } : {};
    const refs = methods.map(({ id }) => ({ $ref: refTo(kind, list, id) }));
    out[`${kind}.${list}`] = { anyOf: [{ enum: methods.map(({ id }) => id) }, ...refs] };
    for (const { id, summary, params } of methods)
      out[`${kind}.${list}.${id}`] = {
        type: "object",
        description: summary,
        required: ["id"],
        additionalProperties: false,
        properties: { id: { const: id }, params: paramsSchema(params) as JsonSchema, ...more },
      };
  }
  return out;
}
