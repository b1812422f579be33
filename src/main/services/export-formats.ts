/** The formats into which recordings are exported. */
export const exportFormats = ['bdata', 'numpy', 'bids'] as const;
export type ExportFormat = (typeof exportFormats)[number];
