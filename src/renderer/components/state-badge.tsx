import { Badge } from '@mantine/core';
import type { ExperimentState } from '../../shared/experiment.ts';
import { texts } from '../texts/en.ts';

const colours: Record<ExperimentState, string> = {
  created: 'gray',
  running: 'cortex',
  paused: 'yellow',
  interrupted: 'orange',
  stopped: 'gray',
  completed: 'teal',
  failed: 'red',
};

export function StateBadge({ state }: { state: ExperimentState }) {
  return (
    <Badge color={colours[state]} variant="dot" style={{ flexShrink: 0 }}>
      {texts.states[state]}
    </Badge>
  );
}
