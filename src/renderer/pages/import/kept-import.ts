/** Where the wizard stands, kept in the window's session, so that a window that is loaded anew goes on there. */
import { z } from 'zod';
import { importSourceSchema } from '../../../shared/imports.ts';

/** What the user has entered and has not been looked at with: a look holds all else. */
const draftSchema = z.object({
  /** Null while they are as recognised. */
  name: z.string().nullable(),
  subject: z.string().nullable(),
  steps: z.array(z.record(z.string(), z.unknown())).nullable(),
  /** Task of the import, once it was started. */
  importing: z.string().nullable(),
});
export type ImportDraft = z.infer<typeof draftSchema>;
export const emptyDraft: ImportDraft = { name: null, subject: null, steps: null, importing: null };

export const wizardStepSchema = z.enum(['source', 'look', 'content', 'series', 'finish']);
export type WizardStep = z.infer<typeof wizardStepSchema>;

const keptImportSchema = z.object({
  step: wizardStepSchema,
  /** Null while the data are still on their way. */
  source: importSourceSchema.nullable(),
  /** Task of the newest look. */
  look: z.string().nullable(),
  draft: draftSchema,
});
export type KeptImport = z.infer<typeof keptImportSchema>;

const KEY = 'cortext.import';

/** @param kept - null forgets */
export function keepImport(kept: KeptImport | null): void {
  if (kept === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(kept));
}

/** Null where nothing was kept, or nothing that this version understands. */
export function keptImport(): KeptImport | null {
  try {
    return keptImportSchema.parse(JSON.parse(sessionStorage.getItem(KEY) ?? 'null'));
  } catch {
    return null;
  }
}
