/** Files that are too big for calls, fetched once. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { CortextError } from '../../../shared/errors.ts';
import { useClient } from '../../api/client-context.tsx';

/** @param route - from `dataRoutes`; null fetches nothing */
export function useFile(route: string | null): UseQueryResult<ArrayBuffer> {
  const client = useClient();
  return useQuery<ArrayBuffer>({
    queryKey: ['file', route],
    enabled: route !== null,
    // Volumes are large: one that nobody looks at is let go.
    gcTime: 30_000,
    queryFn: async ({ signal }) => {
      const response = await fetch(client.dataUrl(route ?? ''), { signal });
      if (response.ok) return response.arrayBuffer();
      throw new CortextError('FILE_NOT_FOUND', 'A volume of this recording is not there.', {
        hint: 'It is made anew when the page is loaded again.',
      });
    },
  });
}
