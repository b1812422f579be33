/** Texts of the gallery. */
import type { GalleryFormat } from '../../shared/gallery.ts';

const formats: Record<GalleryFormat, { readonly title: string; readonly text: string }> = {
  png: { title: 'Sheet (PNG)', text: 'One picture, for slides' },
  pdf: { title: 'Pages (PDF)', text: 'To print or to send' },
  csv: { title: 'Scores (CSV)', text: 'One line per stimulus and method' },
  h5: { title: 'Numbers (HDF5)', text: 'Stimuli and reconstructions as arrays' },
};

export const galleryTexts = {
  title: 'Gallery',
  back: 'Experiment',
  sort: 'Sort by',
  order: 'Order of the test',
  best: 'best first',
  worst: 'worst first',
  filter: 'Filter by name',
  category: 'Category',
  anyCategory: 'all',
  show: 'Show',
  size: 'Size',
  others: 'Beside other experiments',
  othersPlaceholder: 'Choose',
  othersNone: 'No other experiment was tested on these stimuli yet.',
  noneTitle: 'Nothing to show',
  none: 'No stimulus matches the filter.',
  shown: (n: number, of: number) =>
    n === of ? `${of.toLocaleString('en')} stimuli` : `${n.toLocaleString('en')} of ${of.toLocaleString('en')} stimuli`,
  trials: (n: number) => (n === 1 ? 'single trial' : `mean of ${n.toLocaleString('en')} trials`),
  keys: 'Arrows go to the next stimulus and back, space enlarges, F fills the screen, Escape goes back.',
  scoresOf: 'Scores are the reconstruction’s',
  close: 'Close',
  export: 'Export',
  exportText: 'What is shown, as it is sorted and filtered.',
  formats,
  exported: (file: string, stimuli: number) =>
    `${file} holds ${stimuli === 1 ? '1 stimulus' : `${stimuli.toLocaleString('en')} stimuli`}.`,
  firstOnly: (format: GalleryFormat, most: number) =>
    `A ${format.toUpperCase()} shows the first ${most.toLocaleString('en')}.`,
  saveAgain: 'Save again',
} as const;
