import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scoresCsv, writeScoresCsv } from '../../src/main/report/scores-csv.ts';
import { writeCrossValidationReport, writeReport } from '../../src/main/report/write-report.ts';
import type { Evaluation } from '../../src/shared/evaluation.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { writeExperimentFixture, type ExperimentFixture } from '../support/experiment-fixture.ts';

let root = '';
let fixture: ExperimentFixture;
let evaluation: Evaluation;
let page = '';

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cortext-report-'));
  fixture = await writeExperimentFixture(root, {
    id: 'full',
    name: 'V1 & <LOC>, "quick"',
    testStimuli: 8,
    size: 32,
    config: { signOffs: [{ guard: 'shared-stimuli', reason: 'only ten patterns exist' }] },
  });
  if (fixture.evaluation === null) throw new Error('the fixture was not evaluated');
  ({ evaluation } = fixture);
  const written = await writeReport({ root, experiment: 'full' });
  page = readFileSync(written.path, 'utf8');
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('the report of an experiment', () => {
  it('is one file that fetches nothing', () => {
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect(page).not.toMatch(/url\((?!data:)|@import|https?:\/\/(?!www\.w3\.org)/);
    expect(page).toContain("default-src 'none'");
  });

  it('shows every picture of every method with a description', () => {
    const pictures = [...page.matchAll(/<img src="data:image\/webp;base64,[^"]+" alt="([^"]+)"/g)].map(
      ([, alt]) => alt,
    );
    expect(pictures).toHaveLength(8 * 6);
    expect(pictures).toContain('Nearest training image of image-0003');
  });

  it('says the finding with its chance level, and where ridge is better', () => {
    const identification = evaluation.scores.gan!['two-way-identification']!;
    expect(page).toContain(`the GAN reaches ${identification.value.toFixed(3)}`);
    expect(page).toContain(`95th percentile ${identification.chance.percentile95.toFixed(3)}`);
    expect(page).toMatch(/Ridge regression is better in 2-way identification \(1\.000 against 0\.\d{3}\)/);
    expect(page).toContain('only 8 test images');
  });

  it('keeps the record: sign-offs, warnings, hashes, seed, settings', () => {
    for (const text of [
      'only ten patterns exist',
      'The discriminator was far ahead',
      fixture.recording.contentHash,
      fixture.recording.provenance.sources[0].sha256,
      'Voxels per region',
      'CPU (2 cores)',
      '3 min 35 s',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('shows names as they were typed and lets none become markup', () => {
    expect(page).toContain('V1 &amp; &lt;LOC&gt;, &quot;quick&quot;');
    expect(page).not.toContain('<LOC>');
  });

  it('draws a curve for every loss of every phase', () => {
    expect(page.match(/<figure class="chart">/g)).toHaveLength(1 + 5 + 5);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('works when a method was not drawn and a picture is missing', async () => {
    await writeExperimentFixture(root, { id: 'part', testStimuli: 3, size: 16, methods: ['gan', 'mean-image'] });
    rmSync(workspaceLayout(root).experiment('part').reconstruction('gan', 1));
    rmSync(workspaceLayout(root).experiment('part').history);
    const out = join(root, 'part.html');
    await writeReport({ root, experiment: 'part', out });
    const html = readFileSync(out, 'utf8');
    expect(html.match(/not drawn/g)).toHaveLength(1);
    expect(html).not.toContain('>Ridge<');
    expect(html).not.toContain('Training curves');
  });

  it('asks for the evaluation when there is none', async () => {
    await writeExperimentFixture(root, { id: 'young', testStimuli: 2, size: 16, evaluated: false });
    await expect(writeReport({ root, experiment: 'young' })).rejects.toMatchObject({
      code: 'EXPERIMENT_NOT_EVALUATED',
      hint: expect.stringContaining('cortext resume young') as string,
    });
    await expect(writeReport({ root, experiment: 'nobody' })).rejects.toMatchObject({ code: 'EXPERIMENT_NOT_FOUND' });
  });

  it('leaves the old report and no half of a new one when it is cancelled', async () => {
    const { folder, report } = workspaceLayout(root).experiment('full');
    const request = { root, experiment: 'full', signal: AbortSignal.abort() };
    await expect(writeReport(request)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readFileSync(report, 'utf8')).toBe(page);
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('stays small enough to mail with 50 stimuli and five methods', async () => {
    const large = await writeExperimentFixture(root, { id: 'large', testStimuli: 50, size: 96 });
    const { bytes } = await writeReport({ root, experiment: large.config.id });
    expect(bytes).toBeLessThan(15_000_000);
  });
});

describe('the report of a cross-validation', () => {
  it('shows the pooled scores, a line per fold and the pictures of all folds', async () => {
    const { recording } = fixture;
    const folds = [];
    for (const fold of [0, 1]) {
      const made = await writeExperimentFixture(root, {
        id: `fold-${fold}`,
        recording,
        testStimuli: 3,
        size: 32,
        seed: fold + 5,
        methods: ['gan', 'ridge'],
        config: { split: { kind: 'leave-repetition-out', fold } },
      });
      folds.push(made.evaluation!);
    }
    const pooled: Evaluation = { ...folds[0], stimuli: folds.flatMap(({ stimuli }) => stimuli) };
    for (const scores of Object.values(pooled.scores)) {
      for (const score of Object.values(scores)) score.perStimulus = [...score.perStimulus, ...score.perStimulus];
    }
    const out = join(root, 'cv.html');
    const request = { root, experiments: ['fold-0', 'fold-1'], pooled, title: 'All folds', out };
    await writeCrossValidationReport(request);
    const html = readFileSync(out, 'utf8');
    expect(html.match(/<th scope="row">(Fold \d|Pooled)<\/th>/g)).toHaveLength(3);
    expect(html.match(/alt="Reconstruction of/g)).toHaveLength(6);
    expect(html).toContain('fold 2');

    const wrong = { ...request, experiments: ['fold-0'] };
    await expect(writeCrossValidationReport(wrong)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('the table of scores per stimulus', () => {
  it('has a line per stimulus and method, and quotes what needs it', () => {
    const stimuli = evaluation.stimuli.map((stimulus, index) =>
      index === 0 ? { ...stimulus, name: 'a, "b"' } : stimulus,
    );
    const lines = scoresCsv({ ...evaluation, stimuli })
      .trimEnd()
      .split('\r\n');
    expect(lines).toHaveLength(1 + 8 * 5);
    expect(lines[0]).toMatch(/^index,stimulus,name,category,trials,method,pixel-correlation,ssim,/);
    expect(lines[1]).toContain('"a, ""b"""');
    const cells = lines[6].split(',');
    expect(cells[5]).toBe('gan');
    expect(Number(cells[6])).toBe(evaluation.scores.gan!['pixel-correlation']!.perStimulus[1]);
    writeScoresCsv(join(root, 'scores.csv'), evaluation);
    expect(readFileSync(join(root, 'scores.csv'), 'utf8').endsWith('\r\n')).toBe(true);
  });
});

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

describe.skipIf(browser === undefined)('in a browser (skipped where no Chromium is installed)', () => {
  /** The page's elements after `script` ran at its end. */
  function run(script: string): string {
    const path = join(root, 'driven.html');
    // Our own script in the page, as a user's clicks.
    writeFileSync(
      path,
      page.replace('</body>', () => `<script>${script}</script></body>`),
    );
    const profile = mkdtempSync(join(tmpdir(), 'cortext-browser-'));
    try {
      return execFileSync(
        browser!,
        [
          ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
          ...[`--user-data-dir=${profile}`, '--dump-dom', pathToFileURL(path).href],
        ],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26, timeout: 50_000 },
      );
    } finally {
      rmSync(profile, { recursive: true, force: true });
    }
  }

  it('sorts by a score, filters by category, enlarges a row and moves on with the arrow keys', () => {
    const dom = run(`
      const form = document.querySelector('form.controls');
      const report = {};
      const order = () => [...document.querySelectorAll('.gallery tbody tr:not([hidden])')].map((row) => row.dataset.at);
      const choose = (name, value) => {
        form.elements[name].value = value;
        form.dispatchEvent(new Event('change'));
      };
      choose('metric', 'mse');
      choose('sort', 'best');
      report.best = order();
      choose('sort', 'index');
      choose('category', 'square');
      report.squares = order();
      choose('category', '');
      document.querySelector('tr[data-at="2"] .picture').click();
      const viewer = document.querySelector('dialog');
      report.title = viewer.querySelector('strong').textContent;
      report.frames = viewer.querySelectorAll('.frame img').length;
      viewer.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
      report.next = viewer.querySelector('strong').textContent;
      viewer.dispatchEvent(new KeyboardEvent('keydown', { key: '+' }));
      report.zoom = viewer.querySelector('.frames').style.getPropertyValue('--zoom');
      document.querySelector('[data-axis="log"]').click();
      report.axis = document.getElementById('curves-section').className;
      document.body.dataset.report = JSON.stringify(report);`);
    const encoded = /data-report="([^"]+)"/.exec(dom)?.[1] ?? '{}';
    const report = JSON.parse(encoded.replaceAll('&quot;', '"')) as Record<string, unknown>;
    const mse = evaluation.scores.gan!.mse!.perStimulus;
    expect(report).toEqual({
      best: mse
        .map((_, at) => at)
        .sort((a, b) => mse[a] - mse[b])
        .map(String),
      squares: ['1', '6'],
      title: 'image-0002',
      frames: 6,
      next: 'image-0003',
      zoom: '2',
      axis: 'logarithmic',
    });
  });
});
