/** Brings files of this window's computer to the one that computes. */
import type { ContractClient } from '../../shared/contract-client.ts';
import { dataRoutes } from '../../shared/data-routes.ts';
import { CortextError, type ErrorEnvelope } from '../../shared/errors.ts';

export interface UploadProgress {
  readonly bytes: number;
  readonly total: number;
  readonly files: number;
}

/** Small files take longer to announce than to send. */
const AT_ONCE = 4;

/**
 * Sends files one by one, a few at a time, and takes back what was sent when it fails or is cancelled.
 *
 * @returns id of the upload
 * @throws CortextError as the other side refuses, `CANCELLED`, `CONNECTION_LOST`
 */
export async function uploadFiles(
  client: ContractClient,
  files: readonly { readonly path: string; readonly file: File }[],
  onProgress: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<string> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const { upload } = await client.call('imports.upload', { files: files.length, bytes: total }, signal);
  const sent = new Float64Array(files.length);
  let sum = 0;
  const tell = (at: number, bytes: number): void => {
    sum += bytes - sent[at];
    sent[at] = bytes;
    onProgress({ bytes: sum, total, files: files.length });
  };
  let next = 0;
  const sendSome = async (): Promise<void> => {
    while (next < files.length) {
      const at = next++;
      const { path, file } = files[at];
      await put(
        client.dataUrl(dataRoutes.uploaded(upload, path)),
        file,
        (bytes) => {
          tell(at, bytes);
        },
        signal,
      );
      tell(at, file.size);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
    return upload;
  } catch (error) {
    // Ends the others too.
    next = files.length;
    await client.call('imports.discard', { upload }).catch(() => undefined);
    throw error;
  }
}

/** `fetch` does not tell how much of a file has gone; this older way does. */
function put(url: string, file: File, onSent: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => {
      request.abort();
    };
    const end = (work: () => void): void => {
      signal.removeEventListener('abort', abort);
      work();
    };
    const lost = () =>
      new CortextError('CONNECTION_LOST', `${file.name} could not be brought over.`, {
        hint: 'Is Cortext still running? Drop the files again.',
      });
    request.open('PUT', url);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded }) => {
      onSent(loaded);
    };
    request.onabort = () => {
      end(() => {
        reject(new CortextError('CANCELLED', 'Cancelled.'));
      });
    };
    request.onerror = () => {
      end(() => {
        reject(lost());
      });
    };
    request.onload = () => {
      end(() => {
        // As `answerOf` of the dispatcher makes it; anything else is no answer of ours.
        const answer = request.response as { ok: true } | { ok: false; error: ErrorEnvelope } | null;
        if (answer?.ok === true) resolve();
        else reject(answer === null ? lost() : CortextError.fromEnvelope(answer.error));
      });
    };
    if (signal.aborted) {
      reject(new CortextError('CANCELLED', 'Cancelled.'));
      return;
    }
    signal.addEventListener('abort', abort);
    request.send(file);
  });
}
