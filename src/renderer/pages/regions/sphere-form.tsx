/** A region around a place. */
import { Button, NumberInput, SimpleGrid, Stack } from '@mantine/core';
import { useState } from 'react';
import { texts } from '../../texts/en.ts';
import { DefineLine } from './define-line.tsx';

interface SphereFormProps {
  readonly recording: string;
  /** Where the crosshair stands, in millimetres; null when there is none. */
  readonly here: readonly [number, number, number] | null;
}

type Field = number | string;

export function SphereForm({ recording, here }: SphereFormProps) {
  const names = texts.regions.sphere;
  const [centre, setCentre] = useState<readonly [Field, Field, Field]>(['', '', '']);
  const [radius, setRadius] = useState<Field>(8);
  const [right, anterior, superior] = centre;
  const complete = [...centre, radius].every((field) => typeof field === 'number') && Number(radius) > 0;
  const coordinate = (axis: 0 | 1 | 2, label: string) => (
    <NumberInput
      label={label}
      value={centre[axis]}
      decimalScale={2}
      onChange={(value) => {
        setCentre([axis === 0 ? value : right, axis === 1 ? value : anterior, axis === 2 ? value : superior]);
      }}
    />
  );
  return (
    <Stack gap="sm">
      <SimpleGrid cols={4} spacing="xs">
        {coordinate(0, names.right)}
        {coordinate(1, names.anterior)}
        {coordinate(2, names.superior)}
        <NumberInput label={names.radius} value={radius} min={0} decimalScale={2} onChange={setRadius} />
      </SimpleGrid>
      {here !== null && (
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: 'flex-start' }}
          onClick={() => {
            const [x, y, z] = here.map((value) => Number(value.toFixed(1)));
            setCentre([x, y, z]);
          }}
        >
          {names.here}
        </Button>
      )}
      <DefineLine
        recording={recording}
        definition={
          complete
            ? { kind: 'sphere', centre: [Number(right), Number(anterior), Number(superior)], radius: Number(radius) }
            : null
        }
      />
    </Stack>
  );
}
