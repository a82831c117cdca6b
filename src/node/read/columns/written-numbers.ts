import { type Oddity, quoted } from "./oddity.ts";

/** Numbers that are not written as in a program: how they were read, and whether they could be read otherwise. */
export const writtenNumbers: Oddity = ({ profile }) => {
  if (profile.kind !== "number" || profile.reading === undefined || profile.written === undefined) return [];
  const { example, doubt, values } = profile.reading;
  if (example < 0) return [];
  const read = `${quoted(profile.name)} is read as a number: ${quoted(profile.written.names[example])} is ${values[example]}`;
  return doubt === null ? [{ level: "info", text: read }] : [{ level: "warning", text: `${read}; ${doubt}` }];
};
