/** What the training engine is made of on this computer: installing it and finding out what works. */
export { diagnose } from '../engine/doctor/diagnose.ts';
export { installTensorFlow, type InstallProgress, type InstallResult } from '../engine/install/install-tensorflow.ts';
export { findInstallation } from '../engine/install/manifest.ts';
