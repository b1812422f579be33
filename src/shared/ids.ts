/** Ids name folders of the workspace: one part of a path, and never a hidden one. */
import { z } from 'zod';

export const idSchema = z.string().regex(/^(?!\.)[\w.-]{1,200}$/, 'is not an id');
