import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../src/cli/exit-codes.ts";
import { makeProgram, partWords } from "../../src/cli/program.ts";

const names = makeProgram().commands.map((command) => command.name());

/** The program, whose commands do nothing but tell that they would. */
function makeIdleProgram(onRun: (name: string) => void): Command {
  const program = makeProgram();
  program.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  for (const command of program.commands) command.exitOverride().action(() => onRun(command.name()));
  return program;
}

function helpOf(name: string | null): string {
  const program = makeProgram();
  let text = "";
  const command = name === null ? program : program.commands.find((candidate) => candidate.name() === name)!;
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

/** Arguments as a shell hands them over, of lines with quotes and a redirection. */
function wordsOf(line: string): string[] {
  const words: string[] = line.match(/(?:'[^']*'|"[^"]*"|\S)+/g) ?? [];
  const end = words.indexOf(">");
  const given = (end < 0 ? words : words.slice(0, end)).map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
  // A training command behind -- is nothing that the program reads.
  return partWords(["node", ...given]).own.slice(1);
}

const examplesIn = (text: string): string[] => text.split("\n").flatMap((line) => /^ {2}(theriac .*)$/.exec(line)?.[1] ?? []);

/** Command lines of the README, whether they stand alone or within a sentence. */
const inReadme = [
  ...readFileSync(new URL("../../README.md", import.meta.url), "utf8").matchAll(/^(?:npm ci && )?npx (theriac .*)$|`(theriac [^`]*)`/gm),
].map(([, alone, within]) => alone ?? within.replace(/\[[A-Z]+\]/g, ""));

describe("every example", () => {
  it.each([null, ...names].flatMap((name) => examplesIn(helpOf(name)).map((example) => [example])))(
    "of the help can be asked for: %s",
    async (example) => {
      const ran: string[] = [];
      await makeIdleProgram((name) => ran.push(name)).parseAsync(wordsOf(example).slice(1), { from: "user" });
      expect(ran).toEqual([wordsOf(example)[1]]);
    },
  );

  it.each(inReadme.map((example) => [example]))("of the README can be asked for: %s", async (example) => {
    const ran: string[] = [];
    const args = wordsOf(example).slice(1);
    try {
      await makeIdleProgram((name) => ran.push(name)).parseAsync(args, { from: "user" });
      expect(ran).toEqual([args[0]]);
    } catch (error) {
      expect(error).toMatchObject({ code: "commander.helpDisplayed" });
    }
  });
});

describe("the help", () => {
  it.each(names)("of %s has examples, says what is written where, and which exit codes there are", (name) => {
    const help = helpOf(name);
    expect(examplesIn(help).length).toBeGreaterThan(0);
    expect(help).toMatch(/^Exit codes: 0 /m);
    expect(help).toMatch(/70 a fault/);
  });

  it.each(names)("of %s explains each option", (name) => {
    const command = makeProgram().commands.find((candidate) => candidate.name() === name)!;
    for (const option of command.options) expect([option.flags, option.description.length > 5]).toEqual([option.flags, true]);
  });

  it("names every exit code that there is", () => {
    const codes = helpOf(null).split("Exit codes:")[1];
    // Those of the signals of a terminal that closes and of a system that stops are 128 and the signal's number.
    for (const code of [0, ...Object.values(exitCodes), 129, 143]) expect(codes).toMatch(new RegExp(`\\s${code} `));
  });

  it("puts each command under what it is for", () => {
    for (const name of names) expect(helpOf(null)).toMatch(new RegExp(`^ {2}${name}\\b.* {2}\\S`, "m"));
  });
});
