/** The wizard: data, a look at them, stimuli and regions, time series, import. */
import { Button, Group, Stepper } from '@mantine/core';
import { useEffect, useState } from 'react';
import { DropArea } from '../../components/drop-area.tsx';
import { Page } from '../../components/page.tsx';
import { importTexts } from '../../texts/import.ts';
import { broughtByDrop, takeHandedOver, type Brought } from './dropped-files.ts';
import { ContentStep } from './content-step.tsx';
import { FinishStep } from './finish-step.tsx';
import { LookStep } from './look-step.tsx';
import { SeriesStep } from './series-step.tsx';
import { SourceStep } from './source-step.tsx';
import { useImport } from './use-import.ts';

type StepName = keyof typeof importTexts.steps;

export function ImportPage() {
  const wizard = useImport();
  const { bring, preview } = wizard;
  const [step, setStep] = useState<StepName>('source');
  const start = (brought: Brought | null): void => {
    if (brought === null) return;
    setStep('look');
    bring(brought);
  };
  useEffect(() => {
    // Not before the page is there for good: React tries in development whether effects can be undone.
    const timer = setTimeout(() => {
      start(takeHandedOver());
    });
    return () => {
      clearTimeout(timer);
    };
    // Once: what is dropped later comes to this page itself.
  }, []);
  const isOfRuns = preview === null || ['bids', 'openfmri', 'runs'].includes(preview.format);
  const names: StepName[] = ['source', 'look', 'content', ...(isOfRuns ? (['series'] as const) : []), 'finish'];
  const go = (name: StepName): void => {
    setStep(name);
    window.scrollTo({ top: 0 });
  };
  const at = Math.max(0, names.indexOf(step));
  const readable = preview !== null && preview.problem === null;
  const reachable = (name: StepName): boolean =>
    name === 'source' || (name === 'look' ? preview !== null : readable) || name === step;
  return (
    <DropArea
      className="drop-page"
      hint={importTexts.dropAnywhere}
      onDrop={(transfer) => {
        start(broughtByDrop(transfer));
      }}
    >
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
        {step === 'source' && <SourceStep onBrought={start} />}
        {step === 'look' && <LookStep wizard={wizard} />}
        {preview !== null && step === 'content' && <ContentStep wizard={wizard} preview={preview} />}
        {preview !== null && step === 'series' && <SeriesStep wizard={wizard} preview={preview} />}
        {preview !== null && step === 'finish' && (
          <FinishStep
            wizard={wizard}
            preview={preview}
            onBack={() => {
              go(names[at - 1]);
            }}
          />
        )}
        {at > 0 && step !== 'finish' && (
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
    </DropArea>
  );
}
