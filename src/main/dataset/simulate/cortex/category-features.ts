/** What higher visual cortex sees in a picture: standardised features of its category, little of where and how large. */
import { families, SIGNATURE_LENGTH, type Category, type FamilyTraits } from '../drawing/category.ts';
import type { StimulusTruth } from '../drawing/stimulus.ts';
import { textureKinds } from '../drawing/texture.ts';

const traitNames = [
  'face',
  'place',
  'animate',
  'round',
  'spiky',
  'straight',
  'hollow',
  'elongated',
  'partCount',
] as const satisfies readonly (keyof FamilyTraits)[];
const otherNames = ['depth', 'size', 'warm', 'colourful', 'light'] as const;
type FeatureName = (typeof traitNames)[number] | (typeof otherNames)[number];

const names: readonly FeatureName[] = [...traitNames, ...otherNames];
export const FEATURE_COUNT = names.length + textureKinds.length + SIGNATURE_LENGTH;

export function featureIndex(name: FeatureName): number {
  return names.indexOf(name);
}

/** @returns `FEATURE_COUNT` numbers, each with a variance of about 1 over categories */
export function categoryFeatures(category: Category, truth: StimulusTruth): Float32Array {
  const { traits } = families[category.family];
  const values = new Float32Array(FEATURE_COUNT);
  traitNames.forEach((name, i) => (values[i] = (traits[name] - 0.25) * 2.8));
  const scenic =
    truth.background === 'scene' ? 1 : truth.background === 'horizon' || truth.background === 'room' ? 0.5 : 0;
  const hue = (category.palette.hue * Math.PI) / 180;
  const others: Record<(typeof otherNames)[number], number> = {
    depth: (scenic - 0.4) * 2.5,
    size: Math.log(truth.scale / 0.7) * 3,
    warm: Math.cos(hue - 0.9) * 1.2,
    colourful: (category.palette.chroma - 0.11) * 14,
    light: (category.palette.lightness - 0.55) * 5,
  };
  otherNames.forEach((name, i) => (values[traitNames.length + i] = others[name]));
  const isScene = truth.background === 'scene';
  textureKinds.forEach((kind, i) => (values[names.length + i] = !isScene && category.texture.kind === kind ? 2 : -0.3));
  category.signature.forEach((value, i) => (values[names.length + textureKinds.length + i] = value));
  return values;
}
