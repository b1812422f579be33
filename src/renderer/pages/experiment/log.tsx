import { Accordion, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useCall } from '../../api/client-context.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { texts } from '../../texts/en.ts';

/** The log of a running engine is looked at this often while it is open, in milliseconds. */
const LOOK = 2000;
const LINE_HEIGHT = 20;
/** Whoever has scrolled up by more than this reads, and is not moved. Pixels. */
const AT_END = 40;

/** Folded; when it is opened, the end of what the engine has said. */
export function Log({ id, running }: { id: string; running: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <Accordion
      variant="contained"
      radius="md"
      onChange={(value) => {
        setOpen(value !== null);
      }}
    >
      <Accordion.Item value="log">
        <Accordion.Control>{texts.experiment.log}</Accordion.Control>
        <Accordion.Panel>{open && <Tail id={id} running={running} />}</Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function Tail({ id, running }: { id: string; running: boolean }) {
  const log = useCall('training.log', { id }, running ? { everyMilliseconds: LOOK } : {});
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {texts.experiment.logText} {log.data?.cut === true && texts.experiment.logCut}
      </Text>
      <Loaded query={log}>
        {({ lines }) =>
          lines.length === 0 ? <Text size="sm">{texts.experiment.logEmpty}</Text> : <Lines lines={lines} />
        }
      </Loaded>
    </>
  );
}

/** Only lines in view exist; the end stays in view until the user scrolls up. */
function Lines({ lines }: { lines: readonly string[] }) {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  useEffect(() => {
    if (follows.current) rows.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [rows, lines.length]);
  return (
    <div
      ref={box}
      className="log"
      role="log"
      aria-label={texts.experiment.log}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < AT_END;
      }}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start, key }) => (
          <div key={key} className="log-line" style={{ transform: `translateY(${start}px)` }}>
            {lines[index]}
          </div>
        ))}
      </div>
    </div>
  );
}
