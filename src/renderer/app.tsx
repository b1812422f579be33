/** The frame around every page: navigation, connection, and the place where pages appear. */
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import type { ContractClient } from '../shared/contract-client.ts';
import { ClientProvider } from './api/client-context.tsx';
import { followEvents } from './api/follow-events.ts';
import { desktopWindow } from './api/desktop.ts';
import { EmptyState } from './components/empty-state.tsx';
import { Frame } from './components/frame.tsx';
import { ConnectPage } from './pages/connect/connect-page.tsx';
import { ExperimentPage } from './pages/experiment/experiment-page.tsx';
import { GalleryPage } from './pages/gallery/gallery-page.tsx';
import { ComparePage } from './pages/history/compare-page.tsx';
import { HistoryPage } from './pages/history/history-page.tsx';
import { DropToImport } from './pages/import/drop-to-import.tsx';
import { ImportPage } from './pages/import/import-page.tsx';
import { LibraryPage } from './pages/library/library-page.tsx';
import { RegionsPage } from './pages/regions/regions-page.tsx';
import { SettingsPage } from './pages/settings/settings-page.tsx';
import { TrainPage } from './pages/train/train-page.tsx';
import { texts } from './texts/en.ts';
import { theme } from './theme.ts';

export function App({ client, nonce }: { client: ContractClient; nonce: string }) {
  const queries = useMemo(
    () =>
      new QueryClient({
        // Events say when something changed; asking again by the clock or at every click would only disturb.
        defaultOptions: { queries: { staleTime: Infinity, refetchOnWindowFocus: false, retry: false } },
      }),
    [],
  );
  useEffect(() => followEvents(client, queries), [client, queries]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queries}>
        <ClientProvider client={client}>
          <DropToImport>
            <Frame>
              <Switch>
                <Route path="/library" component={LibraryPage} />
                <Route path="/import" component={ImportPage} />
                <Route path="/regions/:id">{({ id }) => <RegionsPage key={id} id={id} />}</Route>
                <Route path="/train">
                  <TrainPage />
                </Route>
                <Route path="/history" component={HistoryPage} />
                <Route path="/compare" component={ComparePage} />
                <Route path="/experiments/:id">{({ id }) => <ExperimentPage key={id} id={id} />}</Route>
                <Route path="/experiments/:id/gallery">{({ id }) => <GalleryPage key={id} id={id} />}</Route>
                <Route path="/settings" component={SettingsPage} />
                {desktopWindow !== null && (
                  <Route path="/connect">
                    <ConnectPage desktop={desktopWindow} />
                  </Route>
                )}
                <Route path="/">
                  <Redirect to="/library" />
                </Route>
                <Route>
                  <EmptyState title={texts.notFound.title} text={texts.notFound.text} />
                </Route>
              </Switch>
            </Frame>
          </DropToImport>
        </ClientProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
