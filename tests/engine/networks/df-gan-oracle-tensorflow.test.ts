import { describeOracle, whyUnavailable } from './df-gan-oracle.ts';

describeOracle('tensorflow', await whyUnavailable('tensorflow'));
