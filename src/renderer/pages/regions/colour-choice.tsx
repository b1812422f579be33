/** The colour of a region, chosen among those that are told apart easily, or any. */
import { ActionIcon, Button, ColorSwatch, Group, Popover, SimpleGrid, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { regionPalette } from '../../../shared/region-colours.ts';
import type { ListedRegion } from '../../../shared/regions.ts';
import { useAction } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { texts } from '../../texts/en.ts';

export function ColourChoice({ recording, region }: { recording: string; region: ListedRegion }) {
  const names = texts.regions.colour;
  const { name, colour } = region;
  const [opened, setOpened] = useState(false);
  const close = (): void => {
    setOpened(false);
  };
  const choose = useAction('regions.colour', close);
  const pick = (chosen: string | null): void => {
    choose.mutate({ recording, name, colour: chosen });
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus shadow="md">
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={names.of(name)}
          title={names.of(name)}
          onClick={() => {
            setOpened(!opened);
          }}
        >
          <ColorSwatch component="span" color={colour} size={14} radius={4} withShadow={false} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={names.of(name)}>
        <SimpleGrid cols={7} spacing={6} verticalSpacing={6} role="group" aria-label={names.of(name)}>
          {regionPalette.map((one) => (
            <ColorSwatch
              key={one}
              component="button"
              type="button"
              color={one}
              size={24}
              radius={6}
              className="colour-option"
              aria-label={names.palette[one]}
              title={names.palette[one]}
              aria-pressed={one === colour}
              onClick={() => {
                pick(one);
              }}
            />
          ))}
        </SimpleGrid>
        <Group mt="sm" gap="sm" justify="space-between">
          <Group gap={6}>
            <Text component="label" size="sm" htmlFor={`colour-of-${name}`}>
              {names.other}
            </Text>
            <AnyColour id={`colour-of-${name}`} colour={colour} onChoose={pick} />
          </Group>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              pick(null);
            }}
          >
            {names.usual}
          </Button>
        </Group>
        {choose.isError && <ErrorPanel error={choose.error} />}
      </Popover.Dropdown>
    </Popover>
  );
}

interface AnyColourProps {
  readonly id: string;
  readonly colour: string;
  readonly onChoose: (colour: string) => void;
}

/** The system's own dialog; it tells of every shade on the way, and only the last one counts. */
function AnyColour({ id, colour, onChoose }: AnyColourProps) {
  const input = useRef<HTMLInputElement>(null);
  const listener = useRef(onChoose);
  useEffect(() => {
    listener.current = onChoose;
  });
  useEffect(() => {
    const element = input.current;
    const chosen = (): void => {
      if (element !== null) listener.current(element.value);
    };
    element?.addEventListener('change', chosen);
    return () => {
      element?.removeEventListener('change', chosen);
    };
  }, []);
  return <input ref={input} id={id} type="color" className="any-colour" defaultValue={colour} />;
}
