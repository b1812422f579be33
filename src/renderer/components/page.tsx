import { Group, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { texts } from '../texts/en.ts';

interface PageProps {
  readonly title: string;
  readonly subtitle?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** Title, subtitle, actions, content: the same on every page. */
export function Page({ title, subtitle, actions, wide = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} – ${texts.product}`;
  }, [title]);
  return (
    <div className={wide ? 'page page-wide' : 'page'}>
      <header className="page-header">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Title order={1} size={26}>
            {title}
          </Title>
          {actions !== undefined && (
            <Group gap="xs" wrap="nowrap" style={{ flexShrink: 0 }}>
              {actions}
            </Group>
          )}
        </Group>
        {subtitle !== undefined && (
          <Text component="div" className="page-subtitle" mt={4}>
            {subtitle}
          </Text>
        )}
      </header>
      {children}
    </div>
  );
}
