import { useEffect, useState } from "preact/hooks";
import type { PageDocument, Section } from "../src/report/page/document.ts";
import { BlockView } from "./blocks/block.tsx";
import { Text } from "./blocks/text.tsx";
import { typographic } from "./format.ts";
import { Target, useOpen } from "./open.ts";

/** The report of a run: contents beside it, and its sections below each other. */
export function Page({ document: page, target }: { readonly document: PageDocument; readonly target: string }) {
  useEffect(() => {
    document.title = `${page.kicker}: ${page.title}`;
  }, [page]);
  useEffect(() => {
    if (target === "") return;
    // What is folded opens first.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const element = document.getElementById(target);
        element?.scrollIntoView();
        element?.focus({ preventScroll: true });
      }),
    );
  }, [target]);
  return (
    <Target.Provider value={target}>
      <div class="page">
        <header>
          <p class="kicker">{page.kicker}</p>
          <h1>
            <bdi>{page.title}</bdi>
          </h1>
          <p class="small">{page.size}</p>
          {page.caution !== undefined && <p class="caution">{typographic(page.caution)}</p>}
        </header>
        <Contents sections={page.sections} target={target} />
        <main id="main" tabIndex={-1}>
          {page.sections.map((section) => (
            <SectionView key={section.id} section={section} />
          ))}
        </main>
        <footer>
          <p>
            Made by Theriac {page.theriac}. {page.keeps}
          </p>
        </footer>
      </div>
    </Target.Provider>
  );
}

function SectionView({ section: { id, title, lead, isOpen, blocks } }: { readonly section: Section }) {
  const [open, setOpen] = useOpen(id, blocks, isOpen === true);
  return (
    <section aria-labelledby={id} class={open ? "open" : "folded"}>
      <h2 id={id} tabIndex={-1}>
        {isOpen === true || blocks.length === 0 ? (
          title
        ) : (
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            <span class="fold" aria-hidden="true">
              {open ? "▾" : "▸"}
            </span>
            {title}
          </button>
        )}
        <a class="anchor" href={`#/report/${id}`} aria-label={`Link to ${title}`}>
          #
        </a>
      </h2>
      {lead !== undefined && (
        <p class="lead">
          <Text text={lead} />
        </p>
      )}
      {open && blocks.map((block, i) => <BlockView key={i} block={block} />)}
    </section>
  );
}

function Contents({ sections, target }: { readonly sections: PageDocument["sections"]; readonly target: string }) {
  const [isWide] = useState(() => innerWidth >= 1180);
  return (
    <nav class="contents" aria-label="Contents">
      <details open={isWide}>
        <summary>Contents</summary>
        <ol>
          {sections.map(({ id, title }) => (
            <li key={id}>
              <a href={`#/report/${id}`} aria-current={target === id ? "location" : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ol>
      </details>
    </nav>
  );
}
