import type { Command } from "commander";
import { type Given, addOptions } from "./options/add-options.ts";

export function addWork(program: Command, showsAll: boolean, words: readonly string[]): void {
  const command = program
    .command("work")
    .summary("compute trials that others put up on a queue")
    .description(
      "Computes the trials of studies that theriac audit --queue or theriac tasks --queue put up on a PostgreSQL database, on this machine.",
    );
  addOptions(command, showsAll)
    .addHelpText("after", help)
    .action(async (given: Given) => (await import("./run-work.ts")).runWork(given, words));
}

const help = `
Examples:
  theriac audit reviews.csv --label stars --queue postgres://theriac@db.example/studies
  theriac work --queue postgres://theriac@db.example/studies
  theriac work --queue postgres://theriac@db.example/studies --data /mnt/data --idle 300
  theriac work --queue postgres://theriac@db.example/studies -- python train.py

A study that trains with a command of somebody's own is taken only where that command stands behind --, word by word; no command that stands in the database alone is run.

The password comes from PGPASSWORD or ~/.pgpass, as for psql; no file that is written and no message holds it. Data are known by their SHA-256; a study of
another version of Theriac, or of data that are not here, is refused in words. Killed or stopped at any time, nothing is lost: what it held is free again in seconds.
Exit codes: 0 nothing was left to do for --idle seconds, 2 the request was wrong or all that was there was refused, 3 the queue went away, 130 stopped with Ctrl-C.`;
