/** Colours, type and spacing. The report of an experiment uses the same blue. */
import { Badge, createTheme, type MantineColorsTuple } from '@mantine/core';

const cortexBlue: MantineColorsTuple = [
  '#eef2ff',
  '#dbe3fd',
  '#b6c5f8',
  '#8fa6f4',
  '#6d8af0',
  '#5779ee',
  '#4468e0',
  '#3451b2',
  '#2b4394',
  '#213576',
];

export const theme = createTheme({
  primaryColor: 'cortex',
  primaryShade: { light: 7, dark: 6 },
  colors: { cortex: cortexBlue },
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  defaultRadius: 'md',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  components: { Badge: Badge.extend({ defaultProps: { tt: 'none', fw: 600 } }) },
});

/** Lines of charts, told apart also by who sees red and green alike (Okabe and Ito 2008), in both colour schemes. */
export const lineColours = ['#4c78d8', '#e69f00', '#0f9d76', '#cc6fa8', '#56b4e9', '#d55e00', '#8d7ae6', '#7f8794'] as const;
