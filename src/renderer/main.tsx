import '@mantine/core/styles.css';
import 'uplot/dist/uPlot.min.css';
import './styles.css';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openClient } from './api/open-client.ts';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the interface.');
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// For the style element with which dialogs keep the page behind them from scrolling.
setNonce(nonce);
const client = openClient();

createRoot(root).render(
  <StrictMode>
    <App client={client} nonce={nonce} />
  </StrictMode>,
);
