/** Stimulus | reconstruction | controls, a row per test stimulus; the script sorts, filters and enlarges. */
import type { Evaluation, Method } from '../../shared/evaluation.ts';
import { smallerIsBetter } from '../../shared/evaluation.ts';
import type { GalleryImages } from './gallery-images.ts';
import { html, jsonForScript, type Markup } from './html.ts';
import type { GalleryEntry } from './report-data.ts';
import { formatScore, methodWords, metricOrder, metricWords } from './words.ts';

interface GallerySectionInput {
  readonly evaluation: Evaluation;
  /** The shown entries, and where each stands in the evaluation. */
  readonly entries: readonly GalleryEntry[];
  readonly indices: readonly number[];
  readonly images: GalleryImages;
  readonly methods: readonly Method[];
}

export function gallerySection({ evaluation, entries, indices, images, methods }: GallerySectionInput): Markup {
  const { scores } = evaluation;
  const metrics = metricOrder.filter((metric) => methods.some((method) => scores[method]?.[metric]));
  const categories = [...new Set(entries.flatMap(({ category }) => category ?? []))].sort();
  const data = {
    metrics: metrics.map((key) => ({
      key,
      title: metricWords[key].title,
      digits: metricWords[key].digits,
      smaller: smallerIsBetter.has(key),
    })),
    methods: methods.map((key) => ({ key, title: methodWords[key].title })),
    items: entries.map(({ name, category }, at) => ({
      index: indices[at],
      name,
      category,
      scores: Object.fromEntries(
        metrics.map((metric) => [
          metric,
          Object.fromEntries(
            methods.map((method) => [method, rounded(scores[method]?.[metric]?.perStimulus[indices[at]])]),
          ),
        ]),
      ),
    })),
  };
  const total = evaluation.stimuli.length;
  return html`<section aria-labelledby="gallery" id="gallery-section">
    <h2 id="gallery">Gallery</h2>
    <p class="lead">
      ${entries.length < total ? `${entries.length} of the ${total} test stimuli, drawn at random.` : `All ${total} test stimuli.`}
      Choose a picture to enlarge the whole row; arrow keys move between rows, plus and minus zoom all pictures at once.
    </p>
    <form class="controls" hidden>
      <label
        >Score
        <select name="metric">
          ${metrics.map((metric) => html`<option value="${metric}">${metricWords[metric].title}</option>`)}
        </select></label
      >
      <label
        >Sort by
        <select name="sort">
          <option value="index">Test order</option>
          <option value="name">Name</option>
          ${
            methods.includes('gan') &&
            html`<option value="best">Best reconstruction first</option>
              <option value="worst">Worst reconstruction first</option>`
          }
          ${methods.includes('gan') && methods.includes('ridge') && html`<option value="gain">Largest gain over ridge first</option>`}
        </select></label
      >
      ${
        categories.length > 1 &&
        html`<label
          >Category
          <select name="category">
            <option value="">All</option>
            ${categories.map((category) => html`<option>${category}</option>`)}
          </select></label
        >`
      }
      <output aria-live="polite"></output>
    </form>
    <table class="gallery${images.exact && ' exact'}" role="table" style="--columns: ${methods.length + 1}">
      <caption class="hidden">
        Stimuli, reconstructions and controls
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col"><span class="hidden">Stimulus name</span></th>
          <th role="columnheader" scope="col">Stimulus</th>
          ${methods.map((method) => html`<th role="columnheader" scope="col" class="m-${method}">${methodWords[method].title.replace('Reconstruction', 'Recon\u00adstruction')}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${entries.map((entry, at) => galleryRow(entry, at, { evaluation, indices, images, methods }))}
      </tbody>
    </table>
    <dialog class="viewer" aria-label="Enlarged row">
      <header>
        <div><strong></strong> <span class="soft"></span></div>
        <div class="buttons">
          <button type="button" data-do="previous" aria-label="Previous stimulus">←</button>
          <button type="button" data-do="next" aria-label="Next stimulus">→</button>
          <button type="button" data-do="out" aria-label="Zoom out">−</button>
          <button type="button" data-do="in" aria-label="Zoom in">+</button>
          <button type="button" data-do="close" aria-label="Close">×</button>
        </div>
      </header>
      <div class="frames${images.exact && ' exact'}"></div>
      <table class="plain numbers"></table>
    </dialog>
    <script type="application/json" id="gallery-data">
      ${jsonForScript(data)}
    </script>
  </section>`;
}

function galleryRow(
  { name, category, trials, fold }: GalleryEntry,
  at: number,
  { evaluation, indices, images, methods }: Omit<GallerySectionInput, 'entries'>,
): Markup {
  const { stimulus, methods: drawn } = images.entries[at];
  const facts = [category, fold !== null && `fold ${fold + 1}`, trials > 1 && `mean of ${trials} trials`].filter(
    (fact) => typeof fact === 'string',
  );
  const metric = metricOrder.find((each) => evaluation.scores.gan?.[each]);
  return html`<tr role="row" data-at="${at}">
    <th role="rowheader" scope="row">
      <span class="number">${indices[at] + 1}</span> ${name}<small>${facts.join(' \u00b7 ')}</small>
    </th>
    <td role="cell">${picture(stimulus, `Stimulus ${name}`)}</td>
    ${methods.map((method) => {
      const value = metric && evaluation.scores[method]?.[metric]?.perStimulus[indices[at]];
      return html`<td role="cell" class="m-${method}">
        ${picture(drawn[method] ?? null, `${methodWords[method].title} of ${name}`)}<span
          class="score"
          data-method="${method}"
          >${value !== undefined && metric !== undefined && formatScore(metric, value)}</span
        >
      </td>`;
    })}
  </tr>`;
}

function picture(source: string | null, description: string): Markup {
  return source === null
    ? html`<span class="missing">not drawn</span>`
    : html`<button type="button" class="picture"><img src="${source}" alt="${description}" loading="lazy" /></button>`;
}

function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(6));
}
