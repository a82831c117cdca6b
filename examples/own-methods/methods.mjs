// Methods of one's own, named in the configuration beside this file: an attack that flips the labels of the shortest reviews, and a detector that suspects them.
import { defineAttack, defineDetector, reachableExamples, relabelling } from "theriac";

const source = { cite: "this example, 2026", url: null };

/** Rows that nobody reads twice. */
export const shortestFlip = defineAttack({
  kind: "attack",
  id: "shortest-flip",
  title: "Flip of the shortest texts",
  summary: "Gives the shortest training texts the other label.",
  source,
  params: {},
  data: "table",
  targets: ["classes"],
  threat: { access: "modify-labels", goal: "availability", knowledge: "none" },
  refuses: ({ table }) => (textOf(table) === undefined ? "it goes by a text column, and there is none" : null),
  async poison({ clean, reach, budget }) {
    const { table } = clean;
    const label = table.columns.find(({ name }) => name === table.roles.labels[0]);
    const examples = reachableExamples(clean, reach);
    const order = [...examples.row.keys()].sort((a, b) => lengthOf(table, examples.row[a]) - lengthOf(table, examples.row[b]) || a - b);
    const chosen = order.slice(0, budget.rows).sort((a, b) => a - b);
    const relabel = chosen.map((i) => relabelling(table, examples, i, label.names[(examples.y[i] + 1) % label.names.length]));
    return { kind: "data", relabel, edit: [], insert: [] };
  },
});

export const shortTexts = defineDetector({
  kind: "detector",
  id: "short-texts",
  title: "Short texts",
  summary: "Suspects the shortest texts.",
  source,
  params: {},
  subject: "row",
  targets: ["classes", "real"],
  async score(data, { table }) {
    const values = Float64Array.from(data.row, (row) => (table === null || row < 0 ? 0 : 1 / (1 + lengthOf(table, row))));
    return { values };
  },
});

function textOf(table) {
  return table.columns.find(({ kind }) => kind === "text");
}

/** Characters of the text of a row; 0 where there is none. */
function lengthOf(table, row) {
  const text = textOf(table);
  return text === undefined || text.codes[row] < 0 ? 0 : text.names[text.codes[row]].length;
}
