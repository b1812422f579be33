import { Badge, Button, Collapse, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from 'wouter';
import type { RecordingRow } from '../../../shared/catalog.ts';
import { dataRoutes } from '../../../shared/data-routes.ts';
import { useCall, useClient } from '../../api/client-context.tsx';
import { Picture } from '../../components/picture.tsx';
import { texts } from '../../texts/en.ts';
import { importTexts } from '../../texts/import.ts';
import { AddStimuli } from './add-stimuli.tsx';
import { RecordingFacts } from './recording-facts.tsx';

export function RecordingCard({ row }: { row: RecordingRow }) {
  const { data: details } = useCall('recordings.show', { id: row.id });
  const [open, { toggle }] = useDisclosure(false);
  const counts = [
    [row.samples, texts.library.samples],
    [row.voxels, texts.library.voxels],
    [row.stimuli, texts.library.stimuli],
  ] as const;
  return (
    <article className="panel" aria-labelledby={`recording-${row.id}`}>
      <div className="thumbnails" role="group" aria-label={texts.library.pictures(row.name)}>
        {Array.from({ length: 6 }, (_, at) => {
          const stimulus = details?.firstStimuli[at];
          return stimulus === undefined ? (
            <div key={at} className="picture" />
          ) : (
            <Picture key={at} route={dataRoutes.stimulus(stimulus)} alt="" exact />
          );
        })}
      </div>
      {details?.slices === true && <Slices recording={row.id} name={row.name} />}
      <Group justify="space-between" align="flex-start" mt="md" wrap="nowrap">
        <div>
          <Title order={2} size={18} id={`recording-${row.id}`}>
            {row.name}
          </Title>
          <Text size="sm" c="dimmed">
            {row.subject} · {texts.library.experiments(row.experiments)}
          </Text>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Button component={Link} href={`/regions/${encodeURIComponent(row.id)}`} size="sm" variant="default">
            {texts.regions.open}
          </Button>
          <Button component={Link} href={`/train?recording=${encodeURIComponent(row.id)}`} size="sm">
            {texts.library.train}
          </Button>
        </Group>
      </Group>
      <Group gap="xl" mt="md">
        {counts.map(([count, what]) => (
          <Stack key={what} gap={0}>
            <Text fw={600} className="numbers">
              {count.toLocaleString('en')}
            </Text>
            <Text size="xs" c="dimmed">
              {what}
            </Text>
          </Stack>
        ))}
      </Group>
      <Group gap={6} mt="md" aria-label={texts.library.regions} role="group">
        {row.regions.map(({ name, voxels }) => (
          <Badge key={name} variant="default" fw={500}>
            {name} {voxels.toLocaleString('en')}
          </Badge>
        ))}
      </Group>
      {details !== undefined && details.samplesWithoutPicture > 0 && <AddStimuli recording={row.id} samples={details.samplesWithoutPicture} />}
      <Button variant="subtle" size="compact-sm" mt="sm" ml={-8} onClick={toggle} aria-expanded={open}>
        {texts.library.details}
      </Button>
      <Collapse expanded={open}>{details !== undefined && <RecordingFacts details={details} />}</Collapse>
    </article>
  );
}

function Slices({ recording, name }: { recording: string; name: string }) {
  const client = useClient();
  return <img className="card-slices" src={client.dataUrl(dataRoutes.recordingSlices(recording))} alt={importTexts.slicesOf(name)} loading="lazy" />;
}
