import { Group, Slider, Text } from '@mantine/core';
import { useState } from 'react';
import { dataRoutes } from '../../../shared/data-routes.ts';
import { useCall, useClient } from '../../api/client-context.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts/en.ts';

/** The strip of fixed samples at a step; the newest until the user goes back in time. */
export function Samples({ id }: { id: string }) {
  const client = useClient();
  const { data: steps = [] } = useCall('experiments.samples', { id });
  const [chosen, setChosen] = useState<number | null>(null);
  const last = steps.length - 1;
  const at = Math.min(chosen ?? last, last);
  if (at < 0) {
    return (
      <Section title={texts.experiment.samples} text={texts.experiment.samplesText}>
        <Text size="sm" c="dimmed">
          {texts.experiment.noSamples}
        </Text>
      </Section>
    );
  }
  return (
    <Section title={texts.experiment.samples} text={texts.experiment.samplesText}>
      <img
        className="picture-strip"
        src={client.dataUrl(dataRoutes.samples(id, steps[at]))}
        alt={`${texts.experiment.samples}, ${texts.experiment.atStep(steps[at])}`}
      />
      {last > 0 && (
        <Group mt="md" wrap="nowrap">
          <Text size="sm" className="numbers" w={90}>
            {texts.experiment.atStep(steps[at])}
          </Text>
          <Slider
            flex={1}
            min={0}
            max={last}
            value={at}
            label={null}
            thumbLabel={texts.experiment.samples}
            onChange={(value) => { setChosen(value === last ? null : value); }}
          />
        </Group>
      )}
    </Section>
  );
}
