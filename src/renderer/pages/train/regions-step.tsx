import { Checkbox, SimpleGrid, Stack, Text } from '@mantine/core';
import type { RecordingDetails } from '../../../shared/contract.ts';
import { texts } from '../../texts/en.ts';
import type { TrainingDraft } from './draft.ts';

interface RegionsStepProps {
  readonly draft: TrainingDraft;
  readonly details: RecordingDetails;
  readonly onChange: (part: Partial<TrainingDraft>) => void;
}

export function RegionsStep({ draft, details, onChange }: RegionsStepProps) {
  const chosen = draft.regions ?? details.defaultRegions;
  return (
    <Checkbox.Group
      label={texts.train.chooseRegions}
      value={[...chosen]}
      onChange={(regions) => {
        onChange({ regions });
      }}
    >
      <SimpleGrid cols={{ base: 2, sm: 3 }} mt="md" spacing="sm">
        {details.regions.map(({ name, voxels }) => (
          <Checkbox.Card key={name} value={name} radius="md" p="md" aria-label={name}>
            <Stack gap={2}>
              <Text component="div" fw={600}>
                <Checkbox.Indicator size="xs" mr={10} style={{ display: 'inline-flex', verticalAlign: 'middle' }} />
                {name}
              </Text>
              <Text size="sm" c="dimmed" className="numbers">
                {voxels.toLocaleString('en')} {texts.library.voxels}
              </Text>
            </Stack>
          </Checkbox.Card>
        ))}
      </SimpleGrid>
      <Text size="sm" c="dimmed" mt="md">
        {texts.train.regionsHint}
      </Text>
      {chosen.length === 0 && (
        <Text size="sm" mt="xs" role="alert">
          {texts.train.noRegions}
        </Text>
      )}
    </Checkbox.Group>
  );
}
