import { Button, Group, Modal, Select, Text } from '@mantine/core';
import { useState } from 'react';
import type { FolderListing } from '../../../shared/imports.ts';
import { useCall } from '../../api/client-context.tsx';
import { formatBytes } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { importTexts } from '../../texts/import.ts';

interface FolderBrowserProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onChoose: (path: string) => void;
}

/** Folders of the computer that computes, which need not be the one in front of the user. */
export function FolderBrowser({ opened, onClose, onChoose }: FolderBrowserProps) {
  const [folder, setFolder] = useState<string | null>(null);
  const listing = useCall('files.browse', { folder }, { enabled: opened });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={importTexts.browser.title}
      size="lg"
      closeButtonProps={{ 'aria-label': importTexts.close }}
    >
      <Loaded query={listing}>
        {(shown) => (
          <>
            <Group align="flex-end" wrap="nowrap" mb="sm">
              <Select
                flex={1}
                label={importTexts.browser.places}
                placeholder={shown.folder}
                data={shown.places.map(({ name, path }) => ({ value: path, label: name }))}
                value={shown.places.find(({ path }) => path === shown.folder)?.path ?? null}
                onChange={(place) => {
                  if (place !== null) setFolder(place);
                }}
              />
              <Button
                variant="default"
                disabled={shown.parent === null}
                onClick={() => {
                  setFolder(shown.parent);
                }}
              >
                {importTexts.browser.up}
              </Button>
            </Group>
            <Text size="sm" c="dimmed" className="ellipsis" title={shown.folder}>
              {shown.folder}
            </Text>
            <Entries listing={shown} onOpen={setFolder} onChoose={onChoose} />
            <Group justify="flex-end" mt="md">
              <Button
                onClick={() => {
                  onChoose(shown.folder);
                }}
              >
                {importTexts.browser.useFolder}
              </Button>
            </Group>
          </>
        )}
      </Loaded>
      {listing.isError && folder !== null && (
        <Button
          mt="sm"
          variant="default"
          onClick={() => {
            setFolder(null);
          }}
        >
          {importTexts.back}
        </Button>
      )}
    </Modal>
  );
}

interface EntriesProps {
  readonly listing: FolderListing;
  readonly onOpen: (path: string) => void;
  readonly onChoose: (path: string) => void;
}

function Entries({ listing, onOpen, onChoose }: EntriesProps) {
  const { entries, more } = listing;
  return (
    <>
      <ul className="folder-entries">
        {entries.map(({ name, path, kind, bytes }) => (
          <li key={path}>
            <button
              type="button"
              className="folder-entry"
              aria-label={kind === 'folder' ? importTexts.browser.open(name) : importTexts.browser.use(name)}
              onClick={() => {
                if (kind === 'folder') onOpen(path);
                else onChoose(path);
              }}
            >
              <span className="ellipsis">{kind === 'folder' ? `${name}/` : name}</span>
              {bytes !== null && <span className="numbers folder-bytes">{formatBytes(bytes)}</span>}
            </button>
          </li>
        ))}
      </ul>
      {entries.length === 0 && <Text c="dimmed">{importTexts.browser.empty}</Text>}
      {more > 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          {importTexts.browser.more(more)}
        </Text>
      )}
    </>
  );
}
