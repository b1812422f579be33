/** The lint rule that keeps the rooms of the architecture apart: it must be red where an arrow points the wrong way. */
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

async function complaints(file: string, code: string): Promise<string[]> {
  // Rules with types would want the file to exist; the arrows need only its path.
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false, project: false } } }],
    ruleFilter: ({ ruleId }) => ruleId.startsWith('boundaries/') || ruleId === 'no-restricted-imports',
  });
  const [result] = await eslint.lintText(code, { filePath: `${root}${file}` });
  return result.messages.map((message) => message.ruleId ?? message.message);
}

describe('dependency arrows', () => {
  it.each([
    ['science that asks the catalog', 'src/main/dataset/probe.ts', "import '../catalog/catalog.ts';"],
    ['shared that asks main', 'src/shared/probe.ts', "import '../main/files/hash.ts';"],
    ['a shell that reaches past the services', 'src/main/cli/probe.ts', "import '../engine/trainer/checkpoint.ts';"],
    ['the catalog that asks the engine', 'src/main/catalog/probe.ts', "import '../engine/trainer/checkpoint.ts';"],
  ])('%s is an error', async (_, file, code) => {
    expect(await complaints(file, code)).toEqual(['boundaries/dependencies']);
  });

  it.each([
    ['SQLite in the engine', 'src/main/engine/probe.ts', "import 'better-sqlite3';"],
    ['HTTP in the dataset', 'src/main/dataset/probe.ts', "import 'node:http';"],
    ['Electron in the services', 'src/main/services/probe.ts', "import 'electron';"],
  ])('%s is an error', async (_, file, code) => {
    expect(await complaints(file, code)).toEqual(['no-restricted-imports']);
  });

  it.each([
    ['services that ask the engine', 'src/main/services/probe.ts', "import '../engine/trainer/checkpoint.ts';"],
    ['the engine that asks evaluation', 'src/main/engine/probe.ts', "import '../evaluation/score.ts';"],
    ['a shell that asks a service', 'src/main/cli/probe.ts', "import '../services/presets.ts';"],
  ])('%s is allowed', async (_, file, code) => {
    expect(await complaints(file, code)).toEqual([]);
  });
});
