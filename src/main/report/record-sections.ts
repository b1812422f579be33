/** What stands in the record: warnings, split and leakage, configuration, provenance. */
import { describeOrigin } from '../../shared/defined-region.ts';
import type { Evaluation } from '../../shared/evaluation.ts';
import type { ExperimentConfig, ExperimentStatus } from '../../shared/experiment.ts';
import { html, type Markup } from './html.ts';
import type { ExperimentData } from './report-data.ts';
import { formatBytes, formatDuration, formatTime, phaseWords, splitWords, stateWords } from './words.ts';

type Fact = readonly [label: string, value: Markup | string | number | null];

export function warningsSection(folds: readonly { label: string | null; status: ExperimentStatus }[]): Markup | null {
  const warnings = folds.flatMap(({ label, status }) => status.warnings.map((warning) => ({ label, ...warning })));
  const errors = folds.flatMap(({ label, status }) => (status.error === null ? [] : [{ label, ...status.error }]));
  if (warnings.length + errors.length === 0) return null;
  return html`<section aria-labelledby="warnings">
    <h2 id="warnings">Warnings of the trainer</h2>
    <ul class="warnings">
      ${errors.map(({ label, code, message }) => html`<li><strong>${message}</strong> <small>${label && `${label}, `}${code}</small></li>`)}
      ${warnings.map(({ label, code, message, step }) => html`<li>${message} <small>${label && `${label}, `}step ${step} · ${code}</small></li>`)}
    </ul>
  </section>`;
}

/** A region's name, and how it was defined where it was not imported. */
function regionWords(name: string, { definedRegions = [] }: ExperimentConfig): string {
  const defined = definedRegions.find((region) => region.name === name);
  return defined === undefined ? name : `${name} (${describeOrigin(defined.origin)})`;
}

export function splitSection(experiments: readonly ExperimentData[]): Markup {
  const [{ config, recording, evaluation }] = experiments;
  const tested = experiments.reduce((sum, each) => sum + each.evaluation.stimuli.length, 0);
  const trials = evaluation.stimuli.reduce((sum, stimulus) => sum + stimulus.trials, 0);
  const facts: Fact[] = [
    [
      'Split',
      experiments.length === 1 ? splitWords(config.split) : `${config.split.kind}, ${experiments.length} folds`,
    ],
    ['Regions', config.regions.map((name) => regionWords(name, config)).join(', ')],
    ['Test stimuli', tested],
    [
      'Test responses',
      config.evaluation.averageRepetitions
        ? `${trials} trials, averaged per stimulus${experiments.length > 1 ? ' (first fold)' : ''}`
        : `${trials} single trials`,
    ],
    ['Samples in the recording', recording === null ? null : recording.samples.toLocaleString('en-US')],
  ];
  const findings = leakageFindings(experiments.map((each) => each.evaluation));
  return html`<section aria-labelledby="split">
    <h2 id="split">Split and leakage</h2>
    ${factList(facts)}
    ${
      config.signOffs.length === 0
        ? html`<p class="soft">
            No leakage guard was signed
            off${findings.length === 0 && ': the guards found nothing that training and test share'}.
          </p>`
        : html`<p><strong>Guards that were signed off:</strong></p>
            <ul class="warnings">
              ${config.signOffs.map(({ guard, reason }) => html`<li><code>${guard}</code> ${reason}</li>`)}
            </ul>`
    }
    ${
      findings.length > 0 &&
      html`<p><strong>What the guards found:</strong></p>
        <ul class="warnings">
          ${findings.map((finding) => html`<li>${finding}</li>`)}
        </ul>`
    }
  </section>`;
}

/** Findings that the evaluation recorded, in words. */
function leakageFindings(evaluations: readonly Evaluation[]): string[] {
  const found = evaluations.flatMap(({ notes }) => {
    const leakage = notes.leakage ?? notes.leakageFindings;
    return Array.isArray(leakage) ? (leakage as unknown[]) : [];
  });
  const texts = found.map((finding) => {
    if (typeof finding === 'object' && finding !== null && 'message' in finding) return String(finding.message);
    return typeof finding === 'string' ? finding : JSON.stringify(finding);
  });
  return [...new Set(texts)];
}

export function configurationSection(config: ExperimentConfig): Markup {
  const groups = ['condition', 'network', 'objective', 'training', 'evaluation'] as const;
  return html`<section aria-labelledby="configuration">
    <h2 id="configuration">Configuration</h2>
    <p class="lead">Preset <strong>${config.preset}</strong>, seed ${config.seed}.</p>
    <details>
      <summary>Every setting</summary>
      <div class="groups">
        ${groups.map(
          (group) =>
            html`<div>
              <h3>${group.charAt(0).toUpperCase() + group.slice(1)}</h3>
              ${factList(Object.entries(config[group]).map(([name, value]) => [settingTitle(name), settingText(value)] as const))}
            </div>`,
        )}
      </div>
    </details>
    <details>
      <summary>As stored (JSON)</summary>
      <pre tabindex="0">${JSON.stringify(config, null, 2)}</pre>
    </details>
  </section>`;
}

export function provenanceSection(experiments: readonly ExperimentData[]): Markup {
  const [{ config, status, recording, evaluation }] = experiments;
  const spent = experiments.reduce((sum, each) => sum + each.status.secondsSpent, 0);
  const run: Fact[] = [
    ...(experiments.length === 1
      ? ([
          ['Experiment', html`<code>${config.id}</code>`],
          [
            'State',
            `${stateWords[status.state]}${status.state === 'completed' ? '' : ` in ${phaseWords[status.phase].toLowerCase()}`}`,
          ],
          [
            'Trained',
            `${evaluation.step.toLocaleString('en-US')} of ${config.training.steps.toLocaleString('en-US')} steps`,
          ],
        ] satisfies Fact[])
      : ([
          ['Experiments', html`${experiments.map((each) => html`<code>${each.config.id}</code> `)}`],
        ] satisfies Fact[])),
    ['Created', formatTime(config.createdAt)],
    ['Evaluated', formatTime(evaluation.createdAt)],
    ['Time spent', formatDuration(spent)],
    ['Backend', status.backend ?? config.backend],
    ['Device', status.device],
    ['Precision', status.precision],
    ['Speed', status.samplesPerSecond === null ? null : `${status.samplesPerSecond.toFixed(0)} images per second`],
    ['Cortext', config.cortextVersion],
    ['Seed', config.seed],
    ['Deterministic', config.deterministic ? 'yes' : null],
    ...Object.entries(evaluation.notes)
      .filter(([name]) => !name.startsWith('leakage'))
      .map(([name, value]): Fact => [settingTitle(name), settingText(value)]),
  ];
  return html`<section aria-labelledby="provenance">
    <h2 id="provenance">Provenance</h2>
    <div class="groups wide">
      <div>
        <h3>${experiments.length === 1 ? 'Experiment' : 'Experiments'}</h3>
        ${factList(run)}
      </div>
      <div>
        <h3>Recording</h3>
        ${recording === null ? html`<p class="soft">The recording ${config.recording.id} is not in this workspace. Its content hash was <code>${config.recording.contentHash}</code>.</p>` : factList(recordingFacts(recording))}
      </div>
    </div>
    ${
      recording !== null &&
      html`<details>
        <summary>Sources and preprocessing</summary>
        <h3>Preprocessing, in order</h3>
        ${
          recording.preprocessing.length === 0
            ? html`<p class="soft">None recorded.</p>`
            : html`<ol>
                ${recording.preprocessing.map(
                  ({ name, parameters }) =>
                    html`<li>
                      ${settingTitle(name)}
                      <small
                        >${Object.entries(parameters)
                          .map(([key, value]) => `${key}: ${settingText(value)}`)
                          .join(', ')}</small
                      >
                    </li>`,
                )}
              </ol>`
        }
        <h3>Source files</h3>
        <ul class="sources">
          ${recording.provenance.sources.map(({ path, bytes, sha256 }) => html`<li>${path} <small>${formatBytes(bytes)} · SHA-256</small> <code>${sha256}</code></li>`)}
        </ul>
        <h3>Recipe</h3>
        <pre tabindex="0">${JSON.stringify(recording.provenance.recipe, null, 2)}</pre>
      </details>`
    }
  </section>`;
}

function recordingFacts(recording: NonNullable<ExperimentData['recording']>): Fact[] {
  const { constantVoxels, outlierVoxels } = recording.quality;
  return [
    ['Name', recording.name],
    ['Subject', recording.subject],
    ['Id', html`<code>${recording.id}</code>`],
    ['Content hash', html`<code>${recording.contentHash}</code>`],
    ['Imported', `${formatTime(recording.createdAt)}, Cortext ${recording.provenance.cortextVersion}`],
    ['Samples', recording.samples.toLocaleString('en-US')],
    ['Voxels', recording.voxels.toLocaleString('en-US')],
    ['Regions', recording.regions.map(({ name, voxels }) => `${name} (${voxels.length})`).join(', ')],
    ['Stimuli', recording.stimuli.length.toLocaleString('en-US')],
    ['Quality', `${constantVoxels} constant and ${outlierVoxels} outlying voxels`],
  ];
}

export function factList(facts: readonly Fact[]): Markup {
  return html`<dl>
    ${facts
      .filter(([, value]) => value !== null && value !== '')
      .map(
        ([label, value]) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
  </dl>`;
}

/** `voxelsPerRegion` and `z-score` as `Voxels per region` and `Z score`. */
function settingTitle(name: string): string {
  if (name === 'ssim') return 'SSIM';
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function settingText(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(settingText).join(', ');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([key, inner]) => `${key} ${settingText(inner)}`)
      .join(', ');
  }
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}
