import { useEffect } from "preact/hooks";
import type { PageDocument } from "../src/report/page/document.ts";
import { BlockView } from "./blocks/block.tsx";
import { typographic } from "./format.ts";

/** The report of a run: contents beside it, and its sections below each other. */
export function Page({ document: page, target }: { readonly document: PageDocument; readonly target: string }) {
  useEffect(() => {
    document.title = `${page.kicker}: ${page.title}`;
  }, [page]);
  useEffect(() => {
    if (target === "") return;
    const element = document.getElementById(target);
    if (element === null) return;
    for (let box = element.closest("details"); box !== null; box = box.parentElement?.closest("details") ?? null) box.open = true;
    element.scrollIntoView();
    element.focus({ preventScroll: true });
  }, [target]);
  return (
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
        {page.sections.map(({ id, title, blocks }) => (
          <section key={id} aria-labelledby={id}>
            <h2 id={id} tabIndex={-1}>
              {title}{" "}
              <a class="anchor" href={`#/report/${id}`} aria-label={`Link to ${title}`}>
                #
              </a>
            </h2>
            {blocks.map((block, i) => (
              <BlockView key={i} block={block} />
            ))}
          </section>
        ))}
      </main>
      <footer>
        <p>
          Made by Theriac {page.theriac}. {page.keeps}
        </p>
      </footer>
    </div>
  );
}

function Contents({ sections, target }: { readonly sections: PageDocument["sections"]; readonly target: string }) {
  return (
    <nav class="contents" aria-label="Contents">
      <details open={innerWidth >= 1180}>
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
