import { catalog } from "../../catalog.ts";
import type { AttackSetting } from "../../core/attack.ts";
import { UsageError } from "../../core/errors.ts";
import type { TargetKind } from "../../core/method.ts";
import type { Knowledge, ThreatModel } from "../../core/threat.ts";
import { type AttackChoice, type Chosen, type StudyConfig, methodOf } from "../../study/config.ts";
import type { AuditConfig } from "./audit-config.ts";
import { chooseFor, idsFor, refusalOf, unique } from "./choose-method.ts";
import { defaults } from "./options/study-defaults.ts";
import { forSettings } from "./outside-learner.ts";

/** Why an attack can be tried in none of these settings; null where it can in one. */
export function attackRefusal(id: string, settings: readonly AttackSetting[]): string | null {
  return refusalOf(forSettings(methodOf("attack", catalog.attacks, id)), settings);
}

/** Attacks that were asked for, or all that can attack one of such pipelines. @throws UsageError where one that was asked for can attack none */
export function chooseAttacks(config: AuditConfig, kind: TargetKind, settings: readonly AttackSetting[]): Chosen[] {
  const filters = { access: config.access, goal: config.goal };
  const effort = config.effort ?? defaults.effort;
  const possible = idsFor(catalog.attacks, kind, effort)
    .filter((id) => attackRefusal(id, settings) === null)
    .flatMap((id) => {
      const params = effort === "quick" ? methodOf("attack", catalog.attacks, id).atQuick?.(settings[0]) : {};
      return params === null ? [] : [{ id, params: params ?? {} }];
    });
  const chosen = (config.attacks ?? possible).map((choice) => chooseFor("attack", catalog.attacks, choice, kind));
  for (const { id } of chosen) {
    const reason = attackRefusal(id, settings);
    if (reason !== null) throw new UsageError(`attack "${id}" cannot be tried here: ${reason}`);
  }
  const kept = chosen.filter(({ id }) => {
    const { threat } = methodOf("attack", catalog.attacks, id);
    return (
      knowledgesFor(threat, config.knowledge).length > 0 &&
      (Object.keys(filters) as (keyof typeof filters)[]).every(
        (part) => (filters[part] as readonly string[] | undefined)?.includes(threat[part]) ?? true,
      )
    );
  });
  if (kept.length > 0) return unique("attack", kept);
  const asked = Object.entries({ ...filters, knowledge: config.knowledge }).flatMap(([part, values]) =>
    values === undefined ? [] : [`${part} ${values.join(" or ")}`],
  );
  throw new UsageError(
    `no attack is left to try: none of ${chosen.map(({ id }) => id).join(", ") || "the catalog"} has ${asked.join(" and ")}`,
  );
}

/** With which knowledge an attack is tried: whoever sits in the training itself knows all, and who needs nothing gains nothing. */
function knowledgesFor({ access, knowledge }: ThreatModel, asked: readonly Knowledge[] | undefined): Knowledge[] {
  if (asked === undefined) return [knowledge];
  const canDoWithLess = knowledge === "white-box" && access !== "logic";
  const possible: readonly Knowledge[] = canDoWithLess ? ["white-box", "gray-box", "black-box"] : [knowledge];
  return possible.filter((kind) => asked.includes(kind));
}

/** Each attack with all the knowledge asked for that it can use, and planned around each repair where that is asked for. */
export function variantsOf(
  attacks: readonly Chosen[],
  { knowledge, adaptive, persistence }: AuditConfig,
  surrogate: AttackSetting,
  repairs: StudyConfig["repairs"],
): AttackChoice[] {
  return attacks.flatMap((chosen): AttackChoice[] => {
    const { threat, refuses, goesOn } = methodOf("attack", catalog.attacks, chosen.id);
    const known = knowledgesFor(threat, knowledge)
      .filter((kind) => kind !== "black-box" || threat.knowledge === kind || (refuses?.(surrogate) ?? null) === null)
      .map((kind): AttackChoice => ({
        ...chosen,
        ...(kind === threat.knowledge ? {} : { knowledge: kind }),
        ...(goesOn === true ? { goesOn } : {}),
      }));
    // Whoever poisons upstream meets neither the repair nor the rows that arrive.
    if (threat.access === "upstream") return known;
    const planned = adaptive === true ? repairs.map(({ id }): AttackChoice => ({ ...chosen, against: id })) : [];
    const lasting = persistence === true && threat.access !== "logic" ? [{ ...chosen, lasting: true as const }] : [];
    return [...known, ...planned, ...lasting];
  });
}
