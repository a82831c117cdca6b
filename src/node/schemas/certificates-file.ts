import { z } from "zod";
import { certificateUnits } from "../../core/certificate.ts";
import { accesses } from "../../core/threat.ts";
import type { Targeted } from "../../study/certify/rating-targets.ts";
import type { Certified, CertifiedLists, CertificateResult } from "../../study/certify/result.ts";
import { type SchemaKeys, anyNumber, count } from "./parts.ts";
import type { OwnFile } from "./read-own-file.ts";

const texts = z.array(z.string());
const orNull = anyNumber.nullable();
const figure = z.object({ value: anyNumber, low: orNull, high: orNull });
const notRun = z.array(z.object({ id: z.string(), why: z.string() }));

const step = z.object({
  radius: count,
  certified: anyNumber,
  attacked: orNull,
  attack: z.string().nullable(),
  access: z.enum(accesses).nullable(),
});

const certificate = z.object({
  id: z.string(),
  params: z.record(z.string(), z.unknown()),
  unit: z.enum(certificateUnits),
  costs: z.partialRecord(z.enum(certificateUnits), anyNumber),
  confidence: orNull,
  assumes: texts,
  made: z.string(),
  metric: z.enum(["certifiedAccuracy", "certifiedRmse", "certifiedLoss", "certifiedPrecision"]),
  clean: figure,
  curve: z.array(z.object({ radius: count, figure: figure.nullable(), reached: orNull.optional() })).min(1),
  stable: z.array(anyNumber).optional(),
  medianRadius: orNull.optional(),
  radii: z.array(anyNumber).optional(),
  targeted: z
    .array(
      z.object({
        group: z.enum(["named", "unpopular", "middling"]),
        items: z.array(z.object({ item: z.string(), ratings: count, accounts: z.array(count.nullable()) })),
        reach: z.array(z.object({ share: anyNumber, least: count.nullable(), median: count.nullable() })).min(1),
      } satisfies SchemaKeys<Targeted>),
    )
    .optional(),
  sandwich: z.object({ steps: z.array(step), notTried: notRun }).optional(),
} satisfies SchemaKeys<CertificateResult>);

export const certificatesFile: OwnFile<{ readonly certified: Certified }> = {
  what: "what an audit proved of its data",
  versions: [1],
  schema: z.object({
    schema: z.literal(1),
    certified: z.object({
      certificates: z.array(certificate),
      notRun,
      totals: z.object({ rows: count, accounts: count.nullable() }),
      tested: z.array(count),
      majority: orNull,
      lists: z
        .object({
          users: z.object({ certified: count, able: count }),
          top: count,
          heldOut: z.object({ ratings: count, by: z.enum(["time", "chance"]) }),
        } satisfies SchemaKeys<CertifiedLists>)
        .optional(),
    } satisfies SchemaKeys<Certified>),
  }),
};
