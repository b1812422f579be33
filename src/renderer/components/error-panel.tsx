import { Alert, Button, Text } from '@mantine/core';
import { CortextError } from '../../shared/errors.ts';
import { texts } from '../texts/en.ts';

/** An error as a sentence with its remedy. */
export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { message, hint } = error instanceof CortextError ? error : { message: String(error), hint: undefined };
  return (
    <Alert color="red" role="alert" title={message}>
      {hint !== undefined && <Text size="sm">{hint}</Text>}
      {onRetry !== undefined && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          {texts.errors.retry}
        </Button>
      )}
    </Alert>
  );
}
