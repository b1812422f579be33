import '@mantine/core/styles.css';
import 'uplot/dist/uPlot.min.css';
import './styles.css';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createHttpClient } from './api/http-client.ts';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the interface.');
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// For the style element with which dialogs keep the page behind them from scrolling.
setNonce(nonce);
const client = createHttpClient({ origin: window.location.origin });

createRoot(root).render(
  <StrictMode>
    <App client={client} nonce={nonce} />
  </StrictMode>,
);
