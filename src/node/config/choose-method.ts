import { UsageError } from "../../core/errors.ts";
import { type Effort, type MethodInfo, type TargetKind, efforts } from "../../core/method.ts";
import { type ParamSpec, type ParamSpecs, resolveParams } from "../../core/params.ts";
import { type Chosen, methodOf } from "../../study/config.ts";
import type { MethodChoice } from "./options/choices.ts";
import { quotedWhereNeeded, splitUnquoted, unquoted } from "./quoted.ts";

/** A method that works with some kinds of labels only. */
export type Selective = MethodInfo & { readonly targets: readonly TargetKind[] };

/** Methods that join in at this effort. */
export function joining(methods: readonly MethodInfo[], effort: Effort): string[] {
  return methods.filter((method) => efforts.indexOf(method.effort ?? "quick") <= efforts.indexOf(effort)).map(({ id }) => id);
}

/** Methods for such labels that join in at this effort. */
export function idsFor(methods: readonly Selective[], kind: TargetKind, effort: Effort): string[] {
  return joining(
    methods.filter((method) => method.targets.includes(kind)),
    effort,
  );
}

/** A method of the catalog that works with this kind of label. */
export function chooseFor(what: string, methods: readonly Selective[], choice: MethodChoice, kind: TargetKind): Chosen {
  const chosen = choose(what, methods, choice);
  if (methodOf(what, methods, chosen.id).targets.includes(kind)) return chosen;
  const why =
    kind === "real"
      ? "needs classes, and the label is a number (--predict classes if its values are classes)"
      : "needs a number as label, and the label is a class";
  throw new UsageError(`${what} "${chosen.id}" ${why}; these work: ${idsFor(methods, kind, "full").join(", ") || "none"}`);
}

/** A method of the catalog, with the parameters that were not given. @throws UsageError on one that there is not, and on parameters that it does not take */
export function choose(what: string, methods: readonly MethodInfo[], choice: MethodChoice): Chosen {
  const { id, params } = typeof choice === "string" ? choiceOfText(what, methods, choice) : choice;
  return { id, params: resolveParams(id, methodOf(what, methods, id).params, params) };
}

/** The name of a method in a choice of it. */
export function idOfChoice(choice: MethodChoice): string {
  return typeof choice === "string" ? choice.split(":", 1)[0].trim() : choice.id;
}

/** `id`, or with parameters of its own `id:name=value:name="128,64"`. @throws UsageError */
function choiceOfText(what: string, methods: readonly MethodInfo[], text: string): { id: string; params: Record<string, unknown> } {
  const [id, ...settings] = splitUnquoted(text, ":");
  if (settings.length === 0) return { id, params: {} };
  const { params: specs } = methodOf(what, methods, id);
  const params: Record<string, unknown> = {};
  for (const setting of settings) {
    const at = setting.indexOf("=");
    if (at <= 0)
      throw new UsageError(`${what} "${id}": a parameter is written name=value, as in ${id}:name=value, got ${JSON.stringify(setting)}`);
    const [name, value] = [setting.slice(0, at).trim(), unquoted(setting.slice(at + 1).trim())];
    params[name] = valueOfText(specs[name] as ParamSpec | undefined, value);
  }
  return { id, params };
}

function valueOfText(spec: ParamSpec | undefined, text: string): unknown {
  const isNumber = (spec?.type === "number" || spec?.type === "number-or-auto") && text !== "" && !Number.isNaN(Number(text));
  if (isNumber) return Number(text);
  return spec?.type === "boolean" && ["true", "false"].includes(text) ? text === "true" : text;
}

export function textsOfChoices(chosen: readonly Chosen[], methods: readonly MethodInfo[]): string[] {
  return chosen.map((one) => textOfChoice(one, methods));
}

/** A chosen method as `choose` reads it, with the parameters that differ from the defaults; by its name alone where a value cannot be written so. */
export function textOfChoice({ id, params }: Chosen, methods: readonly MethodInfo[]): string {
  const defaults = resolveParams<Record<string, unknown>>(id, methods.find((method) => method.id === id)?.params ?? {});
  const specs: ParamSpecs = methods.find((method) => method.id === id)?.params ?? {};
  const own = Object.entries(params as Record<string, unknown>).filter(([name, value]) => value !== defaults[name] && isSaid(specs[name]));
  const written = own.map(([name, value]) => [name, quotedWhereNeeded(String(value))]);
  return written.some(([, value]) => value === null) ? id : [id, ...written.map(([name, value]) => `${name}=${value}`)].join(":");
}

/** Whether a parameter stands behind the name of its method; the words of a command stand at the end, and what is filled in nowhere. */
export function isSaid(spec: ParamSpec | undefined): boolean {
  return spec?.type !== "words" && !(spec?.type === "text" && spec.isFilledIn === true);
}

/** Each method once: records know their methods by name. */
export function unique<T extends Chosen>(what: string, chosen: readonly T[]): T[] {
  const byId = new Map<string, T>();
  for (const choice of chosen) {
    const known = byId.get(choice.id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(choice))
      throw new UsageError(`${what} "${choice.id}" is asked for twice with different settings: run one audit for each`);
    byId.set(choice.id, choice);
  }
  return [...byId.values()];
}

/** The same where settings make another of it. */
export function distinct<T extends Chosen>(chosen: readonly T[]): T[] {
  return [...new Map(chosen.map((choice) => [JSON.stringify(choice), choice])).values()];
}

/** Why a method works in none of these settings; null where it does in one. */
export function refusalOf<S>(method: { refuses?(setting: S): string | null }, settings: readonly S[]): string | null {
  const reasons = settings.map((setting) => method.refuses?.(setting) ?? null);
  return reasons.includes(null) ? null : reasons[0];
}

/** @throws UsageError where a method that was asked for can work with none of these learners */
export function checkRefusal<S>(
  what: string,
  method: { readonly id: string; refuses?(setting: S): string | null },
  settings: readonly S[],
): void {
  const reason = refusalOf(method, settings);
  if (reason !== null) throw new UsageError(`${what} "${method.id}" cannot be used here: ${reason}`);
}
