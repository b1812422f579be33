/** At the foot of the navigation: which workspace this is, and in the desktop window, on which computer. */
import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { ShellBridge } from '../../shared/shell-bridge.ts';
import { useCall } from '../api/client-context.tsx';
import { shell } from '../api/shell.ts';
import { shellTexts } from '../texts/shell.ts';

export function WorkPlace() {
  const { data: workspace } = useCall('workspace.show', {});
  return (
    <div style={{ marginTop: 'auto', paddingInline: 10 }}>
      <Text size="xs" c="dimmed" className="ellipsis" title={workspace?.folder}>
        {workspace?.folder.split(/[\\/]/).at(-1) ?? ''}
      </Text>
      {shell !== null && <Elsewhere shell={shell} host={workspace?.computer.host ?? ''} />}
    </div>
  );
}

function Elsewhere({ shell, host }: { shell: ShellBridge; host: string }) {
  const { data: connection } = useQuery({ queryKey: ['shell.connection'], queryFn: () => shell.connection() });
  return (
    <>
      {connection?.place === 'another-computer' && (
        <Text size="xs" c="dimmed" className="ellipsis" title={connection.name}>
          {shellTexts.otherComputer}: {host}
        </Text>
      )}
      <Anchor component={Link} href="/connect" size="xs">
        {shellTexts.change}
      </Anchor>
    </>
  );
}
