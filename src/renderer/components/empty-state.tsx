import { Code, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  readonly text: string;
  readonly commands?: readonly string[];
  readonly children?: ReactNode;
}

/** What to do where there is nothing yet. */
export function EmptyState({ title, text, commands = [], children }: EmptyStateProps) {
  return (
    <Stack align="center" gap="sm" py={80} px="md">
      <Title order={2} size={20}>
        {title}
      </Title>
      <Text c="dimmed" ta="center" maw={520}>
        {text}
      </Text>
      {commands.map((command) => (
        <Code key={command} block>
          {command}
        </Code>
      ))}
      {children}
    </Stack>
  );
}
