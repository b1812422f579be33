/** At the foot of the navigation: which workspace this is, and in the desktop window, on which computer. */
import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { WindowBridge } from '../../shared/window-bridge.ts';
import { useCall } from '../api/client-context.tsx';
import { desktopWindow } from '../api/desktop.ts';
import { desktopTexts } from '../texts/desktop.ts';

export function WorkPlace() {
  const { data: workspace } = useCall('workspace.show', {});
  return (
    <div style={{ marginTop: 'auto', paddingInline: 10 }}>
      <Text size="xs" c="dimmed" className="ellipsis" title={workspace?.folder}>
        {workspace?.folder.split(/[\\/]/).at(-1) ?? ''}
      </Text>
      {desktopWindow !== null && <Elsewhere desktop={desktopWindow} host={workspace?.computer.host ?? ''} />}
    </div>
  );
}

function Elsewhere({ desktop, host }: { desktop: WindowBridge; host: string }) {
  const { data: connection } = useQuery({ queryKey: ['desktop.connection'], queryFn: () => desktop.connection() });
  return (
    <>
      {connection?.place === 'another-computer' && (
        <Text size="xs" c="dimmed" className="ellipsis" title={connection.name}>
          {desktopTexts.otherComputer(host)}
        </Text>
      )}
      <Anchor component={Link} href="/connect" size="xs">
        {desktopTexts.change}
      </Anchor>
    </>
  );
}
