import { Group, Text } from '@mantine/core';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, type MouseEvent } from 'react';
import type { ShownSplit } from '../../../shared/training.ts';
import { texts } from '../../texts/en.ts';

interface SplitPictureProps {
  readonly split: ShownSplit;
  /** Another fold was clicked. */
  readonly onFold: (fold: number) => void;
}

/** Distinguishable by colour-blind eyes, as in reports. */
const colours = {
  light: { r: '#6199cc', e: '#d55e00', '-': '#e1e3e8' },
  dark: { r: '#5c8fc0', e: '#e8751a', '-': '#2d3037' },
} as const;

/** Height of a fold's row in the picture, in pixels, and of the picture of a single fold. */
const ROW = 12;
const SINGLE = 28;

/** Samples from left to right, folds from top to bottom; a click chooses a fold. */
export function SplitPicture({ split, onFold }: SplitPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('light');
  const { picture, chosen, folds } = split;
  const row = picture.length === 1 ? SINGLE : ROW;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    for (const [y, { cells }] of picture.entries()) {
      for (const [x, cell] of [...cells].entries()) {
        // The letters are those of the schema.
        context.fillStyle = colours[scheme][cell as 'r' | 'e' | '-'];
        context.fillRect(x, y, 1, 1);
      }
    }
  }, [picture, scheme]);
  const choose = ({ nativeEvent }: MouseEvent<HTMLCanvasElement>): void => {
    const at = Math.floor(nativeEvent.offsetY / row);
    if (at < picture.length) onFold(picture[at].fold);
  };
  const current = picture.findIndex(({ fold }) => fold === chosen.fold);
  return (
    <figure className="split-picture">
      <div style={{ position: 'relative' }}>
        <canvas
          ref={canvas}
          width={picture[0].cells.length}
          height={picture.length}
          style={{ height: picture.length * row, cursor: folds > 1 ? 'pointer' : 'default' }}
          role="img"
          aria-label={`${texts.train.picture.label}. ${texts.train.picture.parts(chosen.train, chosen.test, chosen.leftOut)}`}
          onClick={choose}
        />
        {folds > 1 && <div className="split-chosen" style={{ top: current * row, height: row }} />}
      </div>
      <Group component="figcaption" gap="lg" mt="xs">
        {(['r', 'e', '-'] as const).map((cell) => (
          <Group key={cell} gap={6}>
            <span className="swatch" style={{ background: colours[scheme][cell] }} />
            <Text size="xs">
              {{ r: texts.train.picture.trains, e: texts.train.picture.test, '-': texts.train.picture.left }[cell]}
            </Text>
          </Group>
        ))}
        {picture.length < folds && (
          <Text size="xs" c="dimmed">
            {texts.train.picture.everyNth(picture.length, folds)}
          </Text>
        )}
      </Group>
    </figure>
  );
}
