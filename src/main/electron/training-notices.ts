/** Tells the user, who may be elsewhere by then, that a training has ended. */
import { Notification } from 'electron';
import type { ContractEvent } from '../../shared/contract.ts';
import type { OpenedWorkspace } from '../services/opened-workspace.ts';

const endings: Partial<Record<string, string>> = {
  completed: 'Training is complete.',
  stopped: 'Training was stopped and scored.',
  failed: 'Training has failed.',
  interrupted: 'Training was interrupted.',
};

export interface NoticeOptions {
  readonly isLookedAt: () => boolean;
  readonly open: (path: string) => void;
}

/** @returns how to stop */
export function noticeTrainings(workspace: OpenedWorkspace, { isLookedAt, open }: NoticeOptions): () => void {
  return workspace.subscribe((event) => {
    const text = endingOf(event);
    if (text === null || isLookedAt() || !Notification.isSupported()) return;
    void nameOf(workspace, text.id).then((name) => {
      const notice = new Notification({ title: name, body: text.body });
      notice.on('click', () => {
        open(`/experiments/${text.id}`);
      });
      notice.show();
    });
  });
}

function endingOf(event: ContractEvent): { id: string; body: string } | null {
  if (event.name !== 'experiment.event' || event.payload.event.type !== 'ended') return null;
  const body = endings[event.payload.event.state];
  return body === undefined ? null : { id: event.payload.id, body };
}

async function nameOf(workspace: OpenedWorkspace, id: string): Promise<string> {
  const answer = await workspace.call('experiments.show', { id });
  // The contract's output of this call.
  return answer.ok ? (answer.value as { details: { name: string } }).details.name : id;
}
