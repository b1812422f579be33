import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** Names and what they stand for, one below the other. @param nameWidth - of the left column, in pixels */
export function FactsTable({ facts, nameWidth }: { facts: readonly (readonly [string, ReactNode])[]; nameWidth: number }) {
  return (
    <Table layout="fixed" withRowBorders={false} verticalSpacing={4}>
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w={nameWidth} fw={500} c="dimmed">
              {name}
            </Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
