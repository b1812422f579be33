import { Alert, Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { ExperimentStatus } from '../../../shared/experiment.ts';
import { texts } from '../../texts/en.ts';

/** What went wrong, and what looks as if it would. */
export function Problems({ status }: { status: ExperimentStatus }) {
  return (
    <>
      {status.error !== null && (
        <Alert color="red" title={status.error.message} role="alert">
          {status.error.hint !== undefined && <Text size="sm">{status.error.hint}</Text>}
        </Alert>
      )}
      {status.warnings.length > 0 && (
        <Alert color="yellow" title={texts.experiment.warnings}>
          {status.warnings.map(({ code, message, step }) => (
            <Text key={`${code}-${step}`} size="sm">
              {texts.experiment.atStep(step)}: {message}
            </Text>
          ))}
          <Anchor component={Link} href={`/train?like=${status.id}`} size="sm">
            {texts.experiment.tryAgain}
          </Anchor>
        </Alert>
      )}
    </>
  );
}
