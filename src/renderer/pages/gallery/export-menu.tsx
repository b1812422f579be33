import { Alert, Anchor, Button, Menu, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { taskResults, type GalleryEntry } from '../../../shared/contract.ts';
import type { Method, MetricName } from '../../../shared/evaluation.ts';
import { galleryFormatSchema, mostExported } from '../../../shared/gallery.ts';
import type { Task } from '../../../shared/task.ts';
import { useAction, useClient, useTask } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { RunningTask } from '../../components/running-task.tsx';
import { texts } from '../../texts/en.ts';

interface ExportMenuProps {
  readonly experiment: string;
  readonly entries: readonly GalleryEntry[];
  readonly methods: readonly Method[];
  readonly others: readonly string[];
  readonly metric: MetricName;
  readonly onStart: (task: Task) => void;
}

/** Takes out what is shown, in its order; the file is saved when it is ready. */
export function ExportMenu({ experiment, entries, methods, others, metric, onStart }: ExportMenuProps) {
  const start = useAction('gallery.export', onStart);
  return (
    <>
      {start.isError && <ErrorPanel error={start.error} />}
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <Button variant="default" loading={start.isPending} disabled={entries.length === 0}>
            {texts.gallery.export}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{texts.gallery.exportText}</Menu.Label>
          {galleryFormatSchema.options.map((format) => (
            <Menu.Item
              key={format}
              onClick={() => {
                const order = entries.map(({ index }) => index);
                start.mutate({ id: experiment, format, order, methods: [...methods], others: [...others], metric });
              }}
            >
              <Text size="sm">{texts.gallery.formats[format].title}</Text>
              <Text size="xs" c="dimmed">
                {texts.gallery.formats[format].text}
                {entries.length > mostExported[format] && ` ${texts.gallery.firstOnly(format, mostExported[format])}`}
              </Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** How the export goes, above the pictures. @param id - of its task */
export function ExportProgress({ id }: { id: string }) {
  const task = useTask(id);
  if (task?.state === 'failed') {
    return (
      <Alert color="red" mb="md" title={task.error?.message} role="alert">
        {task.error?.hint}
      </Alert>
    );
  }
  if (task?.state === 'done') return <Saved result={task.result} />;
  return task?.state === 'running' ? <RunningTask task={task} /> : null;
}

/** Has the browser save the file once, and keeps a link to it. */
function Saved({ result }: { result: unknown }) {
  const client = useClient();
  const link = useRef<HTMLAnchorElement>(null);
  const saved = useRef(false);
  const file = taskResults['gallery.export'].parse(result);
  useEffect(() => {
    if (saved.current) return;
    saved.current = true;
    link.current?.click();
  }, []);
  return (
    <Text size="sm" c="dimmed" mb="md" role="status">
      {texts.gallery.exported(file.fileName, file.stimuli)}{' '}
      <Anchor ref={link} href={client.dataUrl(file.route)} download={file.fileName} size="sm">
        {texts.gallery.saveAgain}
      </Anchor>
    </Text>
  );
}
