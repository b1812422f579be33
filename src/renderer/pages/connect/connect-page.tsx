/** Where the desktop window works: in a workspace here, or in one that another computer serves. */
import { Alert, Button, Checkbox, Code, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { WindowBridge, WindowProblem } from '../../../shared/window-bridge.ts';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { desktopTexts } from '../../texts/desktop.ts';

export function ConnectPage({ desktop }: { desktop: WindowBridge }) {
  const { data: connection } = useQuery({ queryKey: ['desktop.connection'], queryFn: () => desktop.connection() });
  return (
    <Page title={desktopTexts.title} subtitle={desktopTexts.subtitle}>
      <Stack gap="lg">
        {connection?.problem != null && <Problem problem={connection.problem} />}
        {connection != null && connection.place !== 'nowhere' && (
          <Text size="sm" c="dimmed">
            {desktopTexts.now[connection.place]} <Code>{connection.name}</Code>
          </Text>
        )}
        <There desktop={desktop} canRemember={connection?.canRemember === true} />
        <Here desktop={desktop} />
      </Stack>
    </Page>
  );
}

function There({ desktop, canRemember }: { desktop: WindowBridge; canRemember: boolean }) {
  const [address, setAddress] = useState('');
  const [remember, setRemember] = useState(false);
  // When it succeeds, the window is loaded anew.
  const connect = useMutation({ mutationFn: () => desktop.connect({ address, remember }) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    connect.mutate();
  };
  return (
    <Section title={desktopTexts.there} text={desktopTexts.thereText}>
      <form onSubmit={submit}>
        <List type="ordered" spacing="sm" mb="md">
          <Step text={desktopTexts.steps.serve}>
            <Code block>{desktopTexts.serveCommand}</Code>
          </Step>
          <Step text={desktopTexts.steps.tunnel}>
            <Code block>{desktopTexts.tunnelCommand}</Code>
          </Step>
          <Step text={desktopTexts.steps.paste}>
            <TextInput
              aria-label={desktopTexts.address}
              placeholder={desktopTexts.addressPlaceholder}
              value={address}
              autoComplete="off"
              spellCheck={false}
              onChange={({ currentTarget }) => {
                setAddress(currentTarget.value);
              }}
            />
          </Step>
        </List>
        <Group justify="space-between" align="flex-end">
          <Checkbox
            label={desktopTexts.remember}
            description={canRemember ? desktopTexts.rememberText : desktopTexts.cannotRemember}
            disabled={!canRemember}
            checked={remember}
            onChange={({ currentTarget }) => {
              setRemember(currentTarget.checked);
            }}
          />
          <Button type="submit" loading={connect.isPending} disabled={address.trim() === ''}>
            {desktopTexts.connect}
          </Button>
        </Group>
      </form>
      {connect.data != null && <Problem problem={connect.data} />}
    </Section>
  );
}

function Step({ text, children }: { text: string; children: ReactNode }) {
  return (
    <List.Item styles={{ itemWrapper: { width: '100%' }, itemLabel: { width: '100%' } }}>
      <Text size="sm" mb={4}>
        {text}
      </Text>
      {children}
    </List.Item>
  );
}

function Here({ desktop }: { desktop: WindowBridge }) {
  const open = useMutation({ mutationFn: () => desktop.openWorkspace() });
  return (
    <Section title={desktopTexts.here} text={desktopTexts.hereText}>
      <Button
        variant="default"
        loading={open.isPending}
        onClick={() => {
          open.mutate();
        }}
      >
        {desktopTexts.open}
      </Button>
      {open.data != null && <Problem problem={open.data} />}
    </Section>
  );
}

function Problem({ problem }: { problem: WindowProblem }) {
  return (
    <Alert color="red" role="alert" title={problem.message} mt="md">
      <Text size="sm">{problem.hint}</Text>
    </Alert>
  );
}
