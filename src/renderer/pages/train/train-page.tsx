/** Five steps from a recording to a running experiment. */
import { Button, Group, Stepper } from '@mantine/core';
import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import type { RecordingDetails } from '../../../shared/contract.ts';
import { useAction, useCall } from '../../api/client-context.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { texts } from '../../texts/en.ts';
import { emptyDraft, needsReason, toExperiment, type TrainingDraft } from './draft.ts';
import { ModelStep } from './model-step.tsx';
import { RecordingStep } from './recording-step.tsx';
import { RegionsStep } from './regions-step.tsx';
import { ReviewStep } from './review-step.tsx';
import { SplitStep } from './split-step.tsx';

export function TrainPage() {
  const [search] = useSearchParams();
  const recordings = useCall('recordings.list', {});
  return (
    <Page title={texts.train.title} subtitle={texts.train.subtitle}>
      <Loaded query={recordings}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title={texts.library.emptyTitle} text={texts.train.noRecording} commands={texts.library.emptyCommands} />
          ) : (
            <Wizard first={search.get('recording') ?? rows[0].id} chosen={search.has('recording')} />
          )
        }
      </Loaded>
    </Page>
  );
}

/** @param chosen - whether the recording was chosen already, so that its step can be passed over */
function Wizard({ first, chosen }: { first: string; chosen: boolean }) {
  const [draft, setDraft] = useState<TrainingDraft>({ ...emptyDraft, recording: first });
  const [step, setStep] = useState(chosen ? 1 : 0);
  const details = useCall('recordings.show', { id: draft.recording ?? first });
  const change = (part: Partial<TrainingDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
  };
  const { steps } = texts.train;
  return (
    <>
      <Stepper active={step} onStepClick={setStep} size="sm" mb="xl">
        {[steps.data, steps.regions, steps.split, steps.model, steps.review].map((label) => (
          <Stepper.Step key={label} label={label} />
        ))}
      </Stepper>
      <Loaded query={details}>
        {(recording) => (
          <>
            {step === 0 && <RecordingStep draft={draft} onChange={change} />}
            {step === 1 && <RegionsStep draft={draft} details={recording} onChange={change} />}
            {step === 2 && <SplitStep draft={draft} details={recording} onChange={change} />}
            {step === 3 && <ModelStep draft={draft} onChange={change} />}
            {step === 4 && <ReviewStep draft={draft} details={recording} onChange={change} />}
            <Buttons draft={draft} recording={recording} step={step} onStep={setStep} />
          </>
        )}
      </Loaded>
    </>
  );
}

interface ButtonsProps {
  readonly draft: TrainingDraft;
  readonly recording: RecordingDetails;
  readonly step: number;
  readonly onStep: (step: number) => void;
}

function Buttons({ draft, recording, step, onStep }: ButtonsProps) {
  const [, navigate] = useLocation();
  const run = useAction('experiments.run');
  const create = useAction('experiments.create', ({ id }) => {
    run.mutate({ id });
    navigate(`/experiments/${id}`);
  });
  const complete = (draft.regions === null || draft.regions.length > 0) && (!needsReason(draft) || draft.signOff.trim().length >= 3);
  return (
    <>
      {create.isError && <ErrorPanel error={create.error} />}
      <Group justify="space-between" mt="xl">
        <Button variant="default" disabled={step === 0} onClick={() => { onStep(step - 1); }}>
          {texts.train.back}
        </Button>
        {step < 4 ? (
          <Button onClick={() => { onStep(step + 1); }}>{texts.train.next}</Button>
        ) : (
          <Button
            disabled={!complete}
            loading={create.isPending}
            onClick={() => { create.mutate(toExperiment(draft, recording)); }}
          >
            {texts.train.start}
          </Button>
        )}
      </Group>
    </>
  );
}
