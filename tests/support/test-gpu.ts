/**
 * A GPU for tests of WebGPU: the software one that comes with Chromium (SwiftShader), which any computer can have.
 *
 * `CORTEXT_TEST_HARDWARE=1` takes the computer's own GPU instead: how to find out whether its driver computes correctly.
 */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const CHROMIUM = '/usr/lib/chromium';
/** glibc's RTLD_NODELETE, which Node does not name: the library stays although Node gives it back. */
const NO_DELETE = 0x1000;

const hardware = process.env.CORTEXT_TEST_HARDWARE === '1';

export const hasTestGpu =
  hardware || (process.platform === 'linux' && existsSync(join(CHROMIUM, 'vk_swiftshader_icd.json')));

export const testGpuAbsent = `Chromium's software GPU is not in ${CHROMIUM}: sudo apt install chromium`;

/** What a child process needs to find the software GPU; without `CORTEXT_WEBGPU_SOFTWARE`, which allows its use. */
export function testGpuEnvironment(): Record<string, string> {
  return hardware ? {} : { VK_DRIVER_FILES: join(CHROMIUM, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: CHROMIUM };
}

/** For this process, before it first uses WebGPU, and for those that it starts. */
export function useTestGpu(): void {
  if (hardware) return;
  Object.assign(process.env, testGpuEnvironment(), { CORTEXT_WEBGPU_SOFTWARE: '1' });
  // The search path is read when a process starts, so in this one the loader of Vulkan drivers is loaded by its path. It
  // is no addon, which is what the error says.
  try {
    process.dlopen({ exports: {} }, join(CHROMIUM, 'libvulkan.so.1'), constants.dlopen.RTLD_NOW | NO_DELETE);
  } catch (error) {
    if (!/did not self-register/.test(String(error))) throw error;
  }
}
