/** A category: the recipe that all its exemplars share, and what higher visual cortex makes of it. */
import { Random } from '../../../../shared/random.ts';
import type { BackgroundRecipe } from './background.ts';
import { drawBackground, drawSky } from './background.ts';
import type { PaletteRecipe } from './colour.ts';
import { drawObjectPalette, drawSurroundingPalette } from './colour.ts';
import { animalFamily, butterflyFamily, fishFamily } from './animal-families.ts';
import { faceFamily } from './face-family.ts';
import { flowerFamily, treeFamily } from './plant-families.ts';
import { blobFamily, crossFamily, letterFamily, polygonFamily, ringFamily, starFamily } from './geometric-families.ts';
import type { Family } from './parts.ts';
import { mountainScene, roomScene, shoreScene, streetScene, villageScene, type Scene } from './scene-families.ts';
import type { TextureRecipe } from './texture.ts';
import { drawTexture } from './texture.ts';
import { fruitFamily, houseFamily, lampFamily, mushroomFamily, vaseFamily, vehicleFamily } from './thing-families.ts';

/** What shape-, face- and place-selective cortex tells apart; each from 0 to 1. */
export interface FamilyTraits {
  readonly face: number;
  readonly place: number;
  readonly animate: number;
  readonly round: number;
  readonly spiky: number;
  readonly straight: number;
  readonly hollow: number;
  readonly elongated: number;
  readonly partCount: number;
}

interface FamilyEntry {
  readonly draw:
    { readonly kind: 'object'; readonly family: Family } | { readonly kind: 'scene'; readonly scene: Scene };
  readonly traits: FamilyTraits;
  /** Stands upright: exemplars lean a little but do not turn over. */
  readonly upright: boolean;
  /** Of 1: how much of the picture it takes. */
  readonly reach: number;
}

const object = (family: Family, upright: boolean, reach: number, traits: readonly number[]): FamilyEntry => ({
  draw: { kind: 'object', family },
  upright,
  reach,
  traits: toTraits(traits),
});
const scene = (paint: Scene, traits: readonly number[]): FamilyEntry => ({
  draw: { kind: 'scene', scene: paint },
  upright: true,
  reach: 1,
  traits: toTraits(traits),
});
function toTraits([
  face,
  place,
  animate,
  round,
  spiky,
  straight,
  hollow,
  elongated,
  partCount,
]: readonly number[]): FamilyTraits {
  return { face, place, animate, round, spiky, straight, hollow, elongated, partCount };
}

/** Columns: face, place, animate, round, spiky, straight, hollow, elongated, parts. */
export const families = {
  face: object(faceFamily, true, 0.78, [1, 0, 1, 0.8, 0.1, 0, 0.1, 0.3, 0.8]),
  house: object(houseFamily, true, 0.76, [0.05, 0.75, 0, 0, 0.3, 1, 0.3, 0.2, 0.8]),
  animal: object(animalFamily, true, 0.8, [0.4, 0, 1, 0.5, 0.2, 0.1, 0.1, 0.7, 0.7]),
  mountains: scene(mountainScene, [0, 1, 0.1, 0.1, 0.6, 0.2, 0, 0.3, 0.6]),
  polygon: object(polygonFamily, false, 0.72, [0, 0.05, 0, 0.3, 0.4, 0.9, 0, 0.1, 0.1]),
  fish: object(fishFamily, true, 0.8, [0.3, 0, 0.95, 0.6, 0.3, 0.1, 0, 0.7, 0.4]),
  street: scene(streetScene, [0, 1, 0, 0, 0.3, 1, 0.2, 0.3, 0.9]),
  star: object(starFamily, false, 0.78, [0, 0, 0.05, 0.1, 1, 0.7, 0, 0, 0.2]),
  flower: object(flowerFamily, false, 0.75, [0.1, 0, 0.6, 0.7, 0.5, 0, 0.1, 0.2, 0.6]),
  vehicle: object(vehicleFamily, true, 0.85, [0.1, 0.25, 0.1, 0.4, 0.1, 0.7, 0.2, 0.8, 0.6]),
  shore: scene(shoreScene, [0, 1, 0, 0.2, 0.1, 0.3, 0, 0.5, 0.4]),
  blob: object(blobFamily, false, 0.78, [0.05, 0, 0.25, 1, 0, 0, 0, 0.3, 0]),
  tree: object(treeFamily, true, 0.82, [0, 0.35, 0.5, 0.5, 0.3, 0.1, 0, 0.5, 0.4]),
  ring: object(ringFamily, false, 0.76, [0.05, 0, 0, 1, 0, 0, 1, 0.1, 0.2]),
  vase: object(vaseFamily, true, 0.78, [0.05, 0.05, 0, 0.8, 0, 0.2, 0.3, 0.6, 0.2]),
  village: scene(villageScene, [0, 1, 0.1, 0.1, 0.4, 0.7, 0.2, 0.3, 1]),
  butterfly: object(butterflyFamily, false, 0.8, [0.2, 0, 0.85, 0.6, 0.3, 0, 0, 0.3, 0.6]),
  cross: object(crossFamily, false, 0.76, [0, 0, 0, 0.1, 0.7, 0.9, 0, 0.4, 0.3]),
  fruit: object(fruitFamily, true, 0.72, [0.1, 0, 0.35, 1, 0, 0, 0, 0.1, 0.2]),
  letter: object(letterFamily, true, 0.8, [0.1, 0.05, 0, 0, 0.4, 1, 0.5, 0.5, 0.4]),
  room: scene(roomScene, [0, 1, 0, 0, 0, 1, 0.4, 0.2, 0.6]),
  mushroom: object(mushroomFamily, true, 0.76, [0.1, 0, 0.3, 0.8, 0, 0, 0, 0.3, 0.2]),
  lamp: object(lampFamily, true, 0.8, [0.05, 0.1, 0, 0.4, 0.2, 0.6, 0, 0.6, 0.3]),
} as const satisfies Record<string, FamilyEntry>;
export type FamilyName = keyof typeof families;

// Object.keys loses the literal type of its argument.
export const familyNames = Object.keys(families) as readonly FamilyName[];

export interface Category {
  /** `fish-031`: the family and the number of the category, which no other category of the subject has. */
  readonly name: string;
  readonly family: FamilyName;
  /** Seeds what exemplars have in common. */
  readonly seed: number;
  readonly palette: PaletteRecipe;
  readonly texture: TextureRecipe;
  /** Exemplars stand before either. */
  readonly backgrounds: readonly [BackgroundRecipe, BackgroundRecipe];
  readonly sky: PaletteRecipe;
  readonly ground: PaletteRecipe;
  readonly size: number;
  /** A direction of its own in the space of shape features, so that categories of one family differ too. */
  readonly signature: readonly number[];
}

export const SIGNATURE_LENGTH = 6;

/** The category with number `index` of the subject with this seed. */
export function drawCategory(seed: number, index: number): Category {
  const random = new Random(seed, `category ${index}`);
  const family = familyNames[index % familyNames.length];
  return {
    name: `${family}-${String(index + 1).padStart(3, '0')}`,
    family,
    seed: random.bits(),
    palette: drawObjectPalette(random),
    texture: drawTexture(random),
    backgrounds: [drawBackground(random), drawBackground(random)],
    sky: drawSky(random),
    ground: drawSurroundingPalette(random),
    size: 0.72 + 0.28 * random.uniform(),
    signature: Array.from({ length: SIGNATURE_LENGTH }, () => random.normal()),
  };
}
