/** The doctor's findings for a person. */
import type { DoctorReport, NvidiaDiagnosis, PrecisionDiagnosis } from '../../shared/doctor.ts';
import { table } from './output.ts';

export function doctorText(report: DoctorReport): string {
  const { computer, versions, backends, tools, installations, nvidia } = report;
  const facts = [
    ['computer', `${computer.processor}, ${computer.cores} cores, ${computer.platform} ${computer.arch}`],
    ['memory', `${gigabytes(computer.memoryBytes)}, ${gigabytes(computer.freeMemoryBytes)} free`],
    ['graphics', graphicsText(nvidia)],
    ['Node', `${versions.node} (Node-API ${versions.nodeApi})`],
    ['TensorFlow.js', versions.tensorflowJs],
    ['TensorFlow', versions.tensorflow ?? 'not installed'],
    ['cache', report.cacheFolder],
  ] as const;
  const sections = [
    table(facts, [
      { title: '', text: ([name]) => name },
      { title: '', text: ([, value]) => value },
    ]).trimStart(),
    table(backends, [
      { title: 'backend', text: (backend) => backend.name },
      { title: 'works', text: (backend) => (backend.available ? 'yes' : 'no') },
      {
        title: 'ten steps, median',
        align: 'right',
        text: ({ timing }) => (timing === null ? '' : `${timing.medianMilliseconds.toFixed(1)} ms`),
      },
      {
        title: 'images/s',
        align: 'right',
        text: ({ timing }) => (timing === null ? '' : timing.imagesPerSecond.toFixed(0)),
      },
      { title: 'version', text: (backend) => backend.version ?? '' },
      { title: 'device', text: (backend) => backend.device ?? '' },
    ]),
  ];
  const problems = [
    ...backends.map(({ name, problem, remedy }) => ({ name, problem, remedy })),
    { name: 'NVIDIA', problem: nvidia.problem, remedy: nvidia.remedy },
    ...installations
      .filter(({ state }) => state === 'damaged')
      .map(({ kind, problem }) => ({ name: `installation (${kind})`, problem, remedy: null })),
    ...tools.map(({ name, problem, remedy }) => ({ name, problem, remedy })),
  ].filter(({ problem }) => problem !== null);
  if (problems.length > 0) {
    const lines = problems.map(({ name, problem, remedy }) => {
      return `  ${name}: ${problem ?? ''}${remedy === null ? '' : `\n    ${remedy.replaceAll('\n', '\n    ')}`}`;
    });
    sections.push(['Missing or not as it should be:', ...lines].join('\n'));
  }
  if (report.precision !== null) sections.push(precisionText(report.precision));
  sections.push(report.chosen === null ? 'Nothing here can train.' : `Training uses ${report.chosen}.`);
  return sections.join('\n\n');
}

function precisionText({ float32Milliseconds, mixedMilliseconds, chosen }: PrecisionDiagnosis): string {
  const times = `${mixedMilliseconds.toFixed(0)} ms a step against ${float32Milliseconds.toFixed(0)} ms in float32`;
  const ratio = (float32Milliseconds / mixedMilliseconds).toFixed(2);
  return `Mixed precision is ${ratio} x as fast as float32 (DF-GAN 64 px: ${times}); --precision auto takes ${chosen}.`;
}

function graphicsText({ driver, gpus, needs }: NvidiaDiagnosis): string {
  if (gpus.length === 0) return driver === null ? 'no NVIDIA GPU found' : `NVIDIA driver ${driver}, no GPU found`;
  const list = gpus.map(({ index, name, computeCapability, memoryBytes }) => {
    const facts = [
      `--device ${index}`,
      ...(computeCapability === null ? [] : [`compute capability ${computeCapability}`]),
      ...(memoryBytes === null ? [] : [gigabytes(memoryBytes)]),
    ];
    return `${name} (${facts.join(', ')})`;
  });
  return `${list.join('; ')}; driver ${driver ?? 'unknown'} (CUDA ${needs.cuda} needs ${needs.driver})`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
