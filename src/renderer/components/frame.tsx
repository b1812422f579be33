/** Navigation at the side, the page beside it, and a line when the connection is lost. */
import { Alert, AppShell, Group, NavLink, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useConnected } from '../api/client-context.tsx';
import { texts } from '../texts/en.ts';
import { WorkPlace } from './work-place.tsx';

const pages = [
  { path: '/library', title: texts.navigation.library, also: ['/import', '/regions'] },
  { path: '/train', title: texts.navigation.train, also: [] },
  { path: '/history', title: texts.navigation.history, also: ['/experiments', '/compare'] },
  { path: '/settings', title: texts.navigation.settings, also: [] },
] as const;

export function Frame({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const connected = useConnected();
  const isAt = (paths: readonly string[]) => paths.some((path) => location.startsWith(path));
  return (
    <AppShell navbar={{ width: 208, breakpoint: 0 }} padding={0}>
      <AppShell.Navbar p="md" aria-label={texts.navigation.label}>
        <Group gap={10} mb="lg" px={10} pt={6}>
          <img src="/icon.svg" width={24} height={24} alt="" />
          <Text fw={650} size="lg">
            {texts.product}
          </Text>
        </Group>
        {pages.map(({ path, title, also }) => (
          <NavLink
            key={path}
            component={Link}
            href={path}
            label={title}
            active={isAt([path, ...also])}
            aria-current={isAt([path, ...also]) ? 'page' : undefined}
            style={{ borderRadius: 8 }}
          />
        ))}
        <WorkPlace />
      </AppShell.Navbar>
      <AppShell.Main>
        {!connected && (
          <Alert color="orange" radius={0} role="status">
            {texts.connection.lost}
          </Alert>
        )}
        {children}
      </AppShell.Main>
    </AppShell>
  );
}
