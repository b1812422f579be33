/** The wizard: data, a look at them, stimuli and regions, time series, import. */
import { Button, Group, Stepper } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Page } from '../../components/page.tsx';
import { importTexts } from '../../texts/import.ts';
import { takeHandedOver, type Brought } from './dropped-files.ts';
import { ContentStep } from './content-step.tsx';
import { FinishStep } from './finish-step.tsx';
import {
  emptyDraft,
  keepImport,
  keptImport,
  type ImportDraft,
  type KeptImport,
  type WizardStep,
} from './kept-import.ts';
import { LookStep } from './look-step.tsx';
import { SeriesStep } from './series-step.tsx';
import { SourceStep } from './source-step.tsx';
import { useImport } from './use-import.ts';

export function ImportPage() {
  const wizard = useImport();
  const { bring, preview } = wizard;
  const [kept] = useState(keptImport);
  const [isLost, setLost] = useState(false);
  const [step, setStep] = useState<WizardStep>('source');
  const [draft, setDraft] = useState(emptyDraft);
  const changeDraft = (part: Partial<ImportDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
  };
  const start = (brought: Brought | null): void => {
    if (brought === null) return;
    setLost(false);
    setDraft(emptyDraft);
    setStep('look');
    bring(brought);
  };
  const resume = async (before: KeptImport): Promise<void> => {
    if (await wizard.resume(before)) {
      setDraft(before.draft);
      setStep(before.step);
    } else setLost(true);
  };
  useEffect(() => {
    let stop = (): void => undefined;
    // Not before the page is there for good: React tries in development whether effects can be undone.
    const timer = setTimeout(() => {
      const handedOver = takeHandedOver(start);
      stop = handedOver.stop;
      if (handedOver.left !== null) start(handedOver.left);
      else if (kept !== null) void resume(kept);
    });
    return () => {
      clearTimeout(timer);
      stop();
      // Left, not loaded anew.
      keepImport(null);
    };
    // Once: neither changes what a later call would do.
  }, []);
  useEffect(() => {
    keepImport(step === 'source' ? null : { step, source: wizard.source, look: wizard.lookId, draft });
  }, [step, wizard.source, wizard.lookId, draft]);
  const isOfRuns = preview === null || ['bids', 'openfmri', 'runs'].includes(preview.format);
  const names: WizardStep[] = ['source', 'look', 'content', ...(isOfRuns ? (['series'] as const) : []), 'finish'];
  const go = (name: WizardStep): void => {
    changeDraft({ steps: null });
    setStep(name);
    window.scrollTo({ top: 0 });
  };
  const at = Math.max(0, names.indexOf(step));
  const readable = preview !== null && preview.problem === null;
  const reachable = (name: WizardStep): boolean =>
    name === 'source' || (name === 'look' ? preview !== null : readable) || name === step;
  return (
    <Page title={importTexts.title} subtitle={importTexts.subtitle}>
      <Stepper
        active={at}
        onStepClick={(index) => {
          go(names[index]);
        }}
        size="sm"
        mb="xl"
      >
        {names.map((name) => (
          <Stepper.Step
            key={name}
            label={importTexts.steps[name]}
            allowStepSelect={reachable(name)}
            disabled={!reachable(name)}
          />
        ))}
      </Stepper>
      {step === 'source' && <SourceStep lost={isLost ? kept : null} onBrought={start} />}
      {(step === 'look' || (step !== 'source' && preview === null)) && <LookStep wizard={wizard} />}
      {preview !== null && step === 'content' && <ContentStep wizard={wizard} preview={preview} />}
      {preview !== null && step === 'series' && (
        <SeriesStep wizard={wizard} preview={preview} draft={draft} onDraft={changeDraft} />
      )}
      {preview !== null && step === 'finish' && (
        <FinishStep
          wizard={wizard}
          preview={preview}
          draft={draft}
          onDraft={changeDraft}
          onBack={() => {
            go(names[at - 1]);
          }}
        />
      )}
      {at > 0 && (step !== 'finish' || preview === null) && (
        <Group justify="space-between" mt="xl">
          <Button
            variant="default"
            onClick={() => {
              go(names[at - 1]);
            }}
          >
            {importTexts.back}
          </Button>
          <Button
            disabled={!readable || wizard.looking}
            onClick={() => {
              go(names[at + 1]);
            }}
          >
            {importTexts.next}
          </Button>
        </Group>
      )}
    </Page>
  );
}
