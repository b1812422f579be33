/** The only pages that are ever opened in the user's browser. They are ours: no page and no data can name another. */
export const externalPages = {
  /** Yu et al., ICCAI 2020. */
  paper: 'https://doi.org/10.1145/3404555.3404593',
} as const;
