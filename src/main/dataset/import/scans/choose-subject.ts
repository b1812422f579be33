/** Whose recording of a BIDS dataset is imported. */
import { CortextError } from '../../../../shared/errors.ts';
import { subjectsOf } from '../../bids/bids-folder.ts';
import { bidsLabel } from '../../bids/bids-name.ts';
import type { RecipeGuess } from '../load-recipe.ts';

/**
 * @returns the subject's label, without `sub-`
 * @throws CortextError `INVALID_RECIPE` when it cannot be told which subject is meant
 */
export function chooseSubject(root: string, wanted: string | undefined, guesses: RecipeGuess[]): string {
  const subjects = subjectsOf(root);
  const label = wanted?.replace(/^sub-/, '');
  const known = label === undefined ? undefined : subjects.find((subject) => isCalled(subject, label));
  if (known !== undefined) return known;
  if (label === undefined && subjects.length === 1) {
    guesses.push({ about: 'subject', choice: subjects[0], reason: 'there is no other' });
    return subjects[0];
  }
  throw new CortextError(
    'INVALID_RECIPE',
    label === undefined ? `${root} has ${subjects.length} subjects.` : `${root} has no subject ${label}.`,
    { hint: `Say whose recording to import: "subject: ${subjects[0]}". There are ${subjects.join(', ')}.` },
  );
}

/** YAML makes a number of 01; and a subject may be called what no label can say. */
function isCalled(subject: string, name: string): boolean {
  return subject === name || subject === bidsLabel(name) || Number(subject) === Number(name);
}
