/** Five steps from a recording to a running experiment. */
import { Alert, Button, Group, Stepper } from '@mantine/core';
import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import type { RecordingDetails } from '../../../shared/contract.ts';
import type { LeakageKind, Preset } from '../../../shared/experiment.ts';
import { useAction, useCall } from '../../api/client-context.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { texts } from '../../texts/en.ts';
import { draftLike, isSignedOff, newDraft, toExperiment, type TrainingDraft } from './draft.ts';
import { ModelStep } from './model-step.tsx';
import { RecordingStep } from './recording-step.tsx';
import { RegionsStep } from './regions-step.tsx';
import { ReviewStep } from './review-step.tsx';
import { SplitStep } from './split-step.tsx';
import { useShownSplit } from './use-shown-split.ts';

/** `?recording=` begins with a recording, `?like=` with everything that another experiment was trained with. */
export function TrainPage() {
  const [search] = useSearchParams();
  const recordings = useCall('recordings.list', {});
  const presets = useCall('presets.list', {});
  const like = search.get('like');
  return (
    <Page title={texts.train.title} subtitle={texts.train.subtitle}>
      <Loaded query={recordings}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState
              title={texts.library.emptyTitle}
              text={texts.train.noRecording}
              commands={texts.library.emptyCommands}
            />
          ) : (
            <Loaded query={presets}>
              {(list) =>
                like === null ? (
                  <Wizard
                    presets={list}
                    initial={newDraft(search.get('recording') ?? rows[0].id)}
                    first={search.has('recording') ? 1 : 0}
                  />
                ) : (
                  <CloningWizard key={like} id={like} presets={list} />
                )
              }
            </Loaded>
          )
        }
      </Loaded>
    </Page>
  );
}

/** Begins at the end: whoever trains the same again changes one thing. */
function CloningWizard({ id, presets }: { id: string; presets: readonly Preset[] }) {
  const shown = useCall('experiments.show', { id });
  return (
    <Loaded query={shown}>
      {({ details }) => (
        <>
          <Alert color="cortex" mb="lg">
            {texts.train.cloned(details.name)}
          </Alert>
          <Wizard presets={presets} initial={draftLike(details.config, presets)} first={4} />
        </>
      )}
    </Loaded>
  );
}

interface WizardProps {
  readonly presets: readonly Preset[];
  readonly initial: TrainingDraft;
  /** The step that is open at first. */
  readonly first: number;
}

function Wizard({ presets, initial, first }: WizardProps) {
  const [draft, setDraft] = useState(initial);
  const [step, setStep] = useState(first);
  const details = useCall('recordings.show', { id: draft.recording });
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
          <Steps presets={presets} draft={draft} recording={recording} step={step} onChange={change} onStep={setStep} />
        )}
      </Loaded>
    </>
  );
}

interface StepsProps {
  readonly presets: readonly Preset[];
  readonly draft: TrainingDraft;
  readonly recording: RecordingDetails;
  readonly step: number;
  readonly onChange: (part: Partial<TrainingDraft>) => void;
  readonly onStep: (step: number) => void;
}

function Steps({ presets, draft, recording, step, onChange, onStep }: StepsProps) {
  const shown = useShownSplit(draft, recording);
  const [tooLarge, setTooLarge] = useState(false);
  const [forced, setForced] = useState(false);
  const leaks = shown.data?.findings.map(({ guard }) => guard) ?? [];
  const preset = presets.find(({ name }) => name === draft.preset) ?? presets[0];
  const allowed = !tooLarge || forced;
  return (
    <>
      {step === 0 && <RecordingStep draft={draft} onChange={onChange} />}
      {step === 1 && <RegionsStep draft={draft} details={recording} onChange={onChange} />}
      {step === 2 && <SplitStep draft={draft} details={recording} shown={shown} onChange={onChange} />}
      {step === 3 && <ModelStep draft={draft} presets={presets} preset={preset} onChange={onChange} />}
      {step === 4 && (
        <ReviewStep
          draft={draft}
          details={recording}
          preset={preset}
          leaks={leaks}
          forced={forced}
          onChange={onChange}
          onForced={setForced}
          onTooLarge={setTooLarge}
        />
      )}
      <Buttons draft={draft} recording={recording} leaks={leaks} step={step} allowed={allowed} onStep={onStep} />
    </>
  );
}

interface ButtonsProps {
  readonly draft: TrainingDraft;
  readonly recording: RecordingDetails;
  readonly leaks: readonly LeakageKind[];
  readonly step: number;
  readonly allowed: boolean;
  readonly onStep: (step: number) => void;
}

function Buttons({ draft, recording, leaks, step, allowed, onStep }: ButtonsProps) {
  const [, navigate] = useLocation();
  const run = useAction('experiments.run');
  const create = useAction('experiments.create', ({ id }) => {
    run.mutate({ id });
    navigate(`/experiments/${id}`);
  });
  const complete = (draft.regions === null || draft.regions.length > 0) && isSignedOff(draft, leaks);
  return (
    <>
      {create.isError && <ErrorPanel error={create.error} />}
      <Group justify="space-between" mt="xl">
        <Button
          variant="default"
          disabled={step === 0}
          onClick={() => {
            onStep(step - 1);
          }}
        >
          {texts.train.back}
        </Button>
        {step < 4 ? (
          <Button
            onClick={() => {
              onStep(step + 1);
            }}
          >
            {texts.train.next}
          </Button>
        ) : (
          <Button
            disabled={!complete || !allowed}
            loading={create.isPending}
            onClick={() => {
              create.mutate(toExperiment(draft, recording, leaks));
            }}
          >
            {texts.train.start}
          </Button>
        )}
      </Group>
    </>
  );
}
