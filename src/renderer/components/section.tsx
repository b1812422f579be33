import { Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';

/** A panel with a title, and a sentence about what it shows. */
export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <Title order={2} size={17} id={id}>
        {title}
      </Title>
      {text !== undefined && (
        <Text size="sm" c="dimmed">
          {text}
        </Text>
      )}
      <div style={{ marginTop: 14 }}>{children}</div>
    </section>
  );
}
