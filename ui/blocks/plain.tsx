import type { Code, Details, Facts, Figures, Outcome, Sentences } from "../../src/report/page/document.ts";
import { useOpen } from "../open.ts";
import { BlockView } from "./block.tsx";
import { CellView, NotedView } from "./cell.tsx";
import { Text } from "./text.tsx";

const signs: Readonly<Record<Outcome["outcome"], string>> = { pass: "✓", fail: "✗", inconclusive: "≈", "not-judged": "–", incomplete: "…" };

export function OutcomeView({ outcome, word, meaning }: Outcome) {
  return (
    <p class={`outcome ${outcome}`}>
      <span class="sign" aria-hidden="true">
        {signs[outcome]}
      </span>
      <strong>{word}</strong> <span>{meaning}</span>
    </p>
  );
}

export function SentencesView({ items, look }: Sentences) {
  if (look !== "list" && look !== "answer")
    return (
      <>
        {items.map((item, i) => (
          <p key={i} class={look}>
            <Text text={item} />
          </p>
        ))}
      </>
    );
  return (
    <ul class={look === "answer" ? "findings" : "plain"}>
      {items.map((item, i) => (
        <li key={i}>
          <Text text={item} />
        </li>
      ))}
    </ul>
  );
}

export function FiguresView({ items }: Figures) {
  return (
    <dl class="glance">
      {items.map(({ name, value, note }) => (
        <div key={name}>
          <dt>
            <Text text={name} />
          </dt>
          <dd>
            <CellView cell={value} column={{}} />
            {note !== undefined && <span class="sub">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function FactsView({ items }: Facts) {
  return (
    <dl class="facts">
      {items.map(({ name, values }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {values.map((value, i) => (
              <span key={i} class="fact">
                {typeof value === "string" ? <Text text={value} /> : <NotedView noted={value} />}
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function CodeView({ text, name }: Code) {
  return (
    <div class="code">
      <pre tabIndex={0} role="region" aria-label={name ?? "Command"}>
        {text}
      </pre>
    </div>
  );
}

export function DetailsView({ id, summary, note, isOpen, blocks }: Details) {
  const [open, setOpen] = useOpen(id, blocks, isOpen === true);
  return (
    <details class="more-box" id={id} tabIndex={-1} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Text text={summary} />
        {note !== undefined && (
          <span class="sub">
            <Text text={note} />
          </span>
        )}
      </summary>
      {open && blocks.map((block, i) => <BlockView key={i} block={block} />)}
    </details>
  );
}
