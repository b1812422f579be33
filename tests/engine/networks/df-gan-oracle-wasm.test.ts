import { describeOracle, whyUnavailable } from './df-gan-oracle.ts';

describeOracle('wasm', await whyUnavailable('wasm'));
