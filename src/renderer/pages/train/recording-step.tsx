import { Text } from '@mantine/core';
import { useCall } from '../../api/client-context.tsx';
import { ChoiceList } from '../../components/choice-list.tsx';
import { texts } from '../../texts/en.ts';
import type { TrainingDraft } from './draft.ts';

interface RecordingStepProps {
  readonly draft: TrainingDraft;
  readonly onChange: (part: Partial<TrainingDraft>) => void;
}

export function RecordingStep({ draft, onChange }: RecordingStepProps) {
  const { data: rows = [] } = useCall('recordings.list', {});
  return (
    <ChoiceList
      label={texts.train.chooseRecording}
      value={draft.recording}
      // Regions and splits are those of a recording.
      onChange={(recording) => {
        onChange({ recording, regions: null, split: null, reasons: {} });
      }}
      choices={rows.map((row) => ({
        value: row.id,
        title: row.name,
        text: `${row.subject} · ${row.samples.toLocaleString('en')} ${texts.library.samples} · ${row.voxels.toLocaleString('en')} ${texts.library.voxels} · ${row.stimuli.toLocaleString('en')} ${texts.library.stimuli}`,
        aside: (
          <Text size="xs" c="dimmed">
            {texts.library.experiments(row.experiments)}
          </Text>
        ),
      }))}
    />
  );
}
