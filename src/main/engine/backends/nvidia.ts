/** What there is of NVIDIA: its GPUs and their driver, as its own tool and the kernel tell. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface NvidiaGpu {
  /** As in `CUDA_VISIBLE_DEVICES` and in nvidia-smi. */
  readonly index: number;
  readonly name: string;
  /** e.g. `8.9`; null when the driver is too old to tell. */
  readonly computeCapability: string | null;
  readonly memoryBytes: number | null;
}

export interface NvidiaReport {
  /** e.g. `550.54.14`; null without a driver. */
  readonly driver: string | null;
  readonly gpus: readonly NvidiaGpu[];
  /** Why nvidia-smi gave no answer, in its own words; null when it did or is not there. */
  readonly problem: string | null;
}

/** nvidia-smi hangs when a GPU has fallen off the bus, in milliseconds. */
const PATIENCE = 10_000;
const KERNEL_MODULE = '/proc/driver/nvidia/version';

/** Asks nvidia-smi; without it, the kernel module still tells its version. */
export function nvidiaReport(): NvidiaReport {
  const current = query(['index', 'name', 'driver_version', 'memory.total', 'compute_cap']);
  // Drivers of before 2021 do not know the last field, and say so at once.
  const { rows, problem } = current.refused ? query(['index', 'name', 'driver_version', 'memory.total']) : current;
  const gpus = (rows ?? []).map(([index, name, , memory, capability = '']) => ({
    index: Number(index),
    name,
    computeCapability: /^\d+\.\d+$/.test(capability) ? capability : null,
    // Mebibytes; GPUs that share the computer's memory have none of their own to tell.
    memoryBytes: /^\d+$/.test(memory) ? Number(memory) * 2 ** 20 : null,
  }));
  return { driver: rows?.[0]?.[2] ?? kernelDriverVersion(), gpus, problem };
}

interface Answer {
  readonly rows: string[][] | null;
  readonly problem: string | null;
  /** It ran, and would not answer this question. */
  readonly refused: boolean;
}

function query(fields: readonly string[]): Answer {
  const asked = spawnSync('nvidia-smi', [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'], {
    encoding: 'utf8',
    timeout: PATIENCE,
  });
  if (asked.error !== undefined && 'code' in asked.error && asked.error.code === 'ENOENT') {
    return { rows: null, problem: null, refused: false };
  }
  const lines = `${asked.stdout}\n${asked.stderr}`.split('\n').filter((line) => line.trim() !== '');
  if (asked.status !== 0) {
    const how = asked.signal === null ? `exited with ${asked.status ?? 'no status'}` : 'does not answer';
    return {
      rows: null,
      problem: `nvidia-smi ${how}${lines[0] === undefined ? '' : `: ${lines[0].trim()}`}`,
      refused: asked.status !== null,
    };
  }
  const rows = asked.stdout.split('\n').map((line) => line.split(',').map((cell) => cell.trim()));
  return { rows: rows.filter((row) => row.length === fields.length), problem: null, refused: false };
}

/** The version of the kernel module; null where none is loaded. */
export function kernelDriverVersion(): string | null {
  try {
    return kernelModuleVersion(readFileSync(KERNEL_MODULE, 'utf8'));
  } catch {
    return null;
  }
}

/** Out of `NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug ...`, or the open module's like line. */
export function kernelModuleVersion(text: string): string | null {
  return /Kernel Module\s+(?:for \S+\s+)?(\d+(?:\.\d+)+)/.exec(text)?.[1] ?? null;
}
