import { Code, Text } from '@mantine/core';
import type { RecordingDetails } from '../../../shared/contract.ts';
import { FactsTable } from '../../components/facts-table.tsx';
import { formatBytes } from '../../components/format.ts';
import { texts } from '../../texts/en.ts';

/** Where a recording came from, and what was done to it. */
export function RecordingFacts({ details }: { details: RecordingDetails }) {
  const { contentHash, quality, preprocessing, sources } = details;
  const facts = [
    [texts.library.contentHash, <Code key="hash">{contentHash.slice(0, 16)}</Code>],
    [texts.library.quality, texts.library.outliers(quality.constantVoxels, quality.outlierVoxels)],
    [
      texts.library.preprocessing,
      preprocessing.length === 0 ? texts.library.none : preprocessing.map(({ name }) => name).join(', '),
    ],
    [
      texts.library.sources,
      sources.length === 0
        ? texts.library.none
        : sources.map(({ path, bytes }) => (
            <Text key={path} size="sm" className="ellipsis" title={path}>
              {path} ({formatBytes(bytes)})
            </Text>
          )),
    ],
  ] as const;
  return <FactsTable facts={facts} nameWidth={130} />;
}
