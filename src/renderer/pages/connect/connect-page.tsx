/** Where the desktop window works: in a workspace here, or in one that another computer serves. */
import { Alert, Button, Checkbox, Code, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { ShellBridge, ShellProblem } from '../../../shared/shell-bridge.ts';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { shellTexts } from '../../texts/shell.ts';

export function ConnectPage({ shell }: { shell: ShellBridge }) {
  const { data: connection } = useQuery({ queryKey: ['shell.connection'], queryFn: () => shell.connection() });
  return (
    <Page title={shellTexts.title} subtitle={shellTexts.subtitle}>
      <Stack gap="lg">
        {connection?.problem != null && <Problem problem={connection.problem} />}
        {connection != null && connection.place !== 'nowhere' && (
          <Text size="sm" c="dimmed">
            {shellTexts.now[connection.place]} <Code>{connection.name}</Code>
          </Text>
        )}
        <There shell={shell} />
        <Here shell={shell} />
      </Stack>
    </Page>
  );
}

function There({ shell }: { shell: ShellBridge }) {
  const [address, setAddress] = useState('');
  const [remember, setRemember] = useState(false);
  // When it succeeds, the window is loaded anew.
  const connect = useMutation({ mutationFn: () => shell.connect({ address, remember }) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    connect.mutate();
  };
  return (
    <Section title={shellTexts.there} text={shellTexts.thereText}>
      <form onSubmit={submit}>
        <List type="ordered" spacing="sm" mb="md">
          <Step text={shellTexts.steps.serve}>
            <Code block>{shellTexts.serveCommand}</Code>
          </Step>
          <Step text={shellTexts.steps.tunnel}>
            <Code block>{shellTexts.tunnelCommand}</Code>
          </Step>
          <Step text={shellTexts.steps.paste}>
            <TextInput
              aria-label={shellTexts.address}
              placeholder={shellTexts.addressPlaceholder}
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
            label={shellTexts.remember}
            description={shellTexts.rememberText}
            checked={remember}
            onChange={({ currentTarget }) => {
              setRemember(currentTarget.checked);
            }}
          />
          <Button type="submit" loading={connect.isPending} disabled={address.trim() === ''}>
            {shellTexts.connect}
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

function Here({ shell }: { shell: ShellBridge }) {
  const open = useMutation({ mutationFn: () => shell.openWorkspace() });
  return (
    <Section title={shellTexts.here} text={shellTexts.hereText}>
      <Button
        variant="default"
        loading={open.isPending}
        onClick={() => {
          open.mutate();
        }}
      >
        {shellTexts.open}
      </Button>
      {open.data != null && <Problem problem={open.data} />}
    </Section>
  );
}

function Problem({ problem }: { problem: ShellProblem }) {
  return (
    <Alert color="red" role="alert" title={problem.message} mt="md">
      <Text size="sm">{problem.hint}</Text>
    </Alert>
  );
}
