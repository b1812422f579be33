import boundaries from 'eslint-plugin-boundaries';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The dependency arrows of the architecture:
 * shells -> services -> (dataset, engine, evaluation, catalog, cluster, report) -> shared.
 */
const rooms = ['shared', 'files', 'dataset', 'engine', 'evaluation', 'catalog', 'cluster', 'report', 'services'];
const science = ['dataset', 'engine', 'evaluation'];
const allowed = [
  { from: 'shared', to: ['shared'] },
  // Atomic writes and hashes: a leaf that every room with files may use.
  { from: 'files', to: ['files', 'shared'] },
  { from: 'dataset', to: ['dataset', 'files', 'shared'] },
  { from: 'evaluation', to: ['evaluation', 'dataset', 'files', 'shared'] },
  { from: 'engine', to: ['engine', 'evaluation', 'dataset', 'files', 'shared'] },
  { from: 'catalog', to: ['catalog', 'files', 'shared'] },
  { from: 'cluster', to: ['cluster', 'files', 'shared'] },
  { from: 'report', to: ['report', 'evaluation', 'dataset', 'files', 'shared'] },
  { from: 'services', to: rooms },
  // `cortext serve` starts the server shell.
  { from: 'cli', to: ['cli', 'server', 'services', 'shared'] },
  { from: 'server', to: ['server', 'services', 'shared'] },
  { from: 'electron', to: ['electron', 'server', 'services', 'files', 'shared'] },
  { from: 'preload', to: ['preload', 'shared'] },
  { from: 'renderer', to: ['renderer', 'shared'] },
];

const forbidImports = (patterns) => ['error', { patterns }];
const electronOnlyInItsShell = {
  regex: '^electron(/|$)',
  message: 'Only src/main/electron and src/preload may import electron: elsewhere the import starts a download.',
};

export default defineConfig(
  { ignores: ['node_modules', 'out', 'dist', 'coverage'] },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts', '**/*.tsx'] })),
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-restricted-imports': forbidImports([electronOnlyInItsShell]),
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.tsx', '.js'] } },
      'boundaries/include': ['src/**/*'],
      'boundaries/elements': [
        { type: 'shared', pattern: 'src/shared', partialMatch: false },
        { type: 'preload', pattern: 'src/preload', partialMatch: false },
        { type: 'renderer', pattern: 'src/renderer', partialMatch: false },
        ...[...rooms.slice(1), 'cli', 'server', 'electron'].map((room) => ({
          type: room,
          pattern: `src/main/${room}`,
          partialMatch: false,
        })),
      ],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            // Packages are the business of no-restricted-imports below.
            { allow: { to: { module: { origin: ['external', 'core'] } } } },
            ...allowed.map(({ from, to }) => ({
              from: { element: { type: from } },
              allow: { to: { element: { types: { anyOf: to } } } },
            })),
          ],
        },
      ],
    },
  },
  {
    files: science.map((room) => `src/main/${room}/**/*.ts`),
    rules: {
      'no-restricted-imports': forbidImports([
        electronOnlyInItsShell,
        {
          group: ['better-sqlite3', 'node:http', 'http', 'node:net'],
          message: 'dataset, engine and evaluation are pure science: no SQLite and no HTTP.',
        },
      ]),
    },
  },
  {
    files: ['src/main/electron/**', 'src/preload/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
);
