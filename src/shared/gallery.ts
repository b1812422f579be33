/** Gallery: other experiments that fit beside one, and what leaves it as files. */
import { z } from 'zod';
import { methodSchema, metricNameSchema } from './evaluation.ts';
import { idSchema } from './ids.ts';

/** An experiment on the same recording that was tested on the same stimuli in the same order. */
export const comparableExperimentSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  preset: z.string(),
  regions: z.array(z.string()),
  /** Of the GAN; null where it was not computed. */
  identification: z.number().nullable(),
});
export type ComparableExperiment = z.infer<typeof comparableExperimentSchema>;

/** `png` and `pdf` show pictures, `csv` holds scores per stimulus, `h5` pictures as numbers. */
export const galleryFormatSchema = z.enum(['png', 'pdf', 'csv', 'h5']);
export type GalleryFormat = z.infer<typeof galleryFormatSchema>;

/** Stimuli that a sheet shows at most; the first ones of the order are taken. */
export const mostExported = { png: 400, pdf: 2000, csv: Infinity, h5: Infinity } as const satisfies Record<
  GalleryFormat,
  number
>;

export const galleryExportSchema = z.strictObject({
  id: idSchema,
  format: galleryFormatSchema,
  /** Places in the evaluation of what is shown, in the order in which it is. */
  order: z.array(z.int().nonnegative()).min(1).max(100_000),
  methods: z.array(methodSchema),
  /** Experiments beside it: their GAN's reconstructions. */
  others: z.array(idSchema).max(20),
  /** Stands over every picture of a sheet. */
  metric: metricNameSchema,
});
export type GalleryExport = z.infer<typeof galleryExportSchema>;

export const exportedFileSchema = z.object({
  /** For `dataUrl`. */
  route: z.string(),
  fileName: z.string(),
  stimuli: z.int(),
});
export type ExportedFile = z.infer<typeof exportedFileSchema>;
