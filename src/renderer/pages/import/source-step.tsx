import { Alert, Button, Group, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useRef, useState, type FormEvent } from 'react';
import { Section } from '../../components/section.tsx';
import { importTexts } from '../../texts/import.ts';
import { broughtByInput, desktopShell, fromPaths, type Brought } from './dropped-files.ts';
import type { KeptImport } from './kept-import.ts';
import { FolderBrowser } from './folder-browser.tsx';

interface ChooserProps {
  readonly onBrought: (brought: Brought | null) => void;
}

interface SourceStepProps extends ChooserProps {
  /** Where the window stood before it was loaded anew, when it cannot go on there. */
  readonly lost: KeptImport | null;
}

export function SourceStep({ lost, onBrought }: SourceStepProps) {
  const lostPath = lost?.source != null && 'paths' in lost.source ? lost.source.paths[0] : '';
  return (
    <Stack gap="lg">
      {lost !== null && (
        <Alert className="note" color="orange" role="alert" title={importTexts.lost}>
          {importTexts.lostText}
        </Alert>
      )}
      <Chooser onBrought={onBrought} />
      <PathSection key={lostPath} first={lostPath} onBrought={onBrought} />
      <Section title={importTexts.formatsTitle}>
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          {importTexts.formats.map(([title, text]) => (
            <div key={title}>
              <Text fw={600} size="sm">
                {title}
              </Text>
              <Text size="sm" c="dimmed">
                {text}
              </Text>
            </div>
          ))}
        </SimpleGrid>
      </Section>
    </Stack>
  );
}

/** Known to every browser, and to no standard. */
const wholeFolders = { webkitdirectory: '' };

/** The place to drop on; the page around it takes what is dropped beside. */
function Chooser({ onBrought }: ChooserProps) {
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const shell = desktopShell();
  const take = (input: HTMLInputElement): void => {
    if (input.files !== null) onBrought(broughtByInput(input.files));
    input.value = '';
  };
  return (
    <section className="drop-zone" aria-label={importTexts.dropZone}>
      <Title order={2} size={20}>
        {importTexts.dropTitle}
      </Title>
      <Text c="dimmed">{importTexts.dropText}</Text>
      {shell === undefined ? (
        <Group mt="sm">
          <Button onClick={() => folder.current?.click()}>{importTexts.chooseFolder}</Button>
          <Button variant="default" onClick={() => files.current?.click()}>
            {importTexts.chooseFiles}
          </Button>
          <input
            ref={folder}
            type="file"
            hidden
            {...wholeFolders}
            data-testid="folder"
            onChange={(event) => {
              take(event.currentTarget);
            }}
          />
          <input
            ref={files}
            type="file"
            hidden
            multiple
            data-testid="files"
            onChange={(event) => {
              take(event.currentTarget);
            }}
          />
        </Group>
      ) : (
        <Button
          mt="sm"
          onClick={() => {
            void shell.chooseFiles().then((paths) => {
              onBrought(fromPaths(paths));
            });
          }}
        >
          {importTexts.chooseNative}
        </Button>
      )}
    </section>
  );
}

/** @param first - what stands in the field before anything was typed */
function PathSection({ first, onBrought }: ChooserProps & { readonly first: string }) {
  const [path, setPath] = useState(first);
  const [browsing, { open, close }] = useDisclosure(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (path.trim() !== '') onBrought(fromPaths([path.trim()]));
  };
  return (
    <Section title={importTexts.pathTitle} text={importTexts.pathText}>
      <form onSubmit={submit}>
        <Group align="flex-end" wrap="nowrap">
          <TextInput
            flex={1}
            label={importTexts.path}
            placeholder={importTexts.pathPlaceholder}
            value={path}
            onChange={(event) => {
              setPath(event.currentTarget.value);
            }}
          />
          <Button variant="default" onClick={open}>
            {importTexts.browse}
          </Button>
          <Button type="submit" disabled={path.trim() === ''}>
            {importTexts.lookAt}
          </Button>
        </Group>
      </form>
      <FolderBrowser
        opened={browsing}
        onClose={close}
        onChoose={(chosen) => {
          close();
          setPath(chosen);
          onBrought(fromPaths([chosen]));
        }}
      />
    </Section>
  );
}
