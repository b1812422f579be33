/** Which colours regions have, wherever they are drawn. */
import { z } from 'zod';

/** Red, green and blue, `#rrggbb`. */
export const colourSchema = z.string().regex(/^#[0-9a-f]{6}$/i, 'is not a colour such as #e69f00');

/**
 * Told apart also by who sees red and green alike: the seven of Okabe and Ito (2008), then those of Tol's muted scheme
 * (2021) that differ from them. More regions than colours begin again.
 */
export const regionPalette = [
  '#e69f00',
  '#56b4e9',
  '#009e73',
  '#f0e442',
  '#0072b2',
  '#d55e00',
  '#cc79a7',
  '#ddcc77',
  '#aa4499',
  '#44aa99',
  '#882255',
  '#999933',
  '#bbbbbb',
] as const;
export type PaletteColour = (typeof regionPalette)[number];

/** @param place - of the region among all of its recording */
export function usualColour(place: number): PaletteColour {
  return regionPalette[place % regionPalette.length];
}

/** Red, green and blue, 0 to 255. */
export function channelsOf(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
